// The player: all pictures came at once, and play here without the server. Pictures are
// decoded shortly before they are shown, and the last few are kept.

const FILMS = new WeakMap();
const CALM = window.matchMedia("(prefers-reduced-motion: reduce)");
const CALM_RATE = 2; // frames a second for those who asked for less motion
const KEPT = 160;
const AHEAD = 6;

function bytesOf(text) {
  const raw = atob(text), bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

class Film {
  constructor(root) {
    this.root = root;
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.listen();
  }

  // New data from the server; the same film keeps its frame, another shows its telling one.
  take(data) {
    const other = !this.data || this.data.id !== data.id;
    const place = this.data && this.data.count === data.count ? this.at : data.start;
    this.data = data;
    if (!other) return;
    this.pause();
    this.bytes = data.panels.map((panel) => bytesOf(panel.bytes));
    this.pictures = new Map();
    this.part("scrub").max = data.count - 1;
    this.build();
    this.show(place);
  }

  build() {
    const { data } = this;
    this.canvases = data.panels.map((panel) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = data.size;
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", panel.alt);
      return canvas;
    });
    const figures = data.panels.map((panel, p) => {
      const figure = document.createElement("figure"), caption = document.createElement("figcaption");
      caption.textContent = panel.title;
      figure.append(caption, this.canvases[p], this.legend(panel));
      return figure;
    });
    this.part("stages").replaceChildren(...figures);
  }

  legend(panel) {
    const key = document.createElement("div");
    key.className = "key";
    for (const [words, colour] of panel.key || []) {
      const entry = document.createElement("span");
      entry.style.setProperty("--swatch", colour);
      entry.textContent = words;
      key.append(entry);
    }
    return key;
  }

  // Picture of a panel at a frame; panels that change seldom have one picture for several frames.
  picture(p, frame) {
    const panel = this.data.panels[p];
    const i = Math.min(Math.floor(frame / panel.every), panel.ends.length - 1);
    const name = `${p} ${i}`;
    if (!this.pictures.has(name)) {
      const part = this.bytes[p].slice(i ? panel.ends[i - 1] : 0, panel.ends[i]);
      this.pictures.set(name, createImageBitmap(new Blob([part], { type: panel.type })));
      if (this.pictures.size > KEPT) this.pictures.delete(this.pictures.keys().next().value);
    }
    return this.pictures.get(name);
  }

  async show(frame) {
    const { data } = this;
    this.at = Math.min(Math.max(frame, 0), data.count - 1);
    const wanted = this.at;
    this.part("scrub").value = wanted;
    this.part("scrub").setAttribute("aria-valuetext", `frame ${wanted + 1} of ${data.count}`);
    const pictures = await Promise.all(data.panels.map((_, p) => this.picture(p, wanted)));
    if (wanted !== this.at || data !== this.data) return;
    pictures.forEach((picture, p) => this.canvases[p].getContext("2d").drawImage(picture, 0, 0, ...data.size));
    this.root.querySelector(".film").dataset.frame = wanted;
    const told = `frame ${wanted + 1} of ${data.count} · ${(wanted / data.fps).toFixed(2)} s · ${data.words[wanted]}`;
    this.part("status").textContent = told;
    for (let next = 1; next <= AHEAD; next++) {
      if (this.playing) data.panels.forEach((_, p) => this.picture(p, Math.min(wanted + next, data.count - 1)));
    }
  }

  rate() {
    return CALM.matches ? CALM_RATE : this.data.fps * Number(this.part("speed").value);
  }

  play() {
    if (this.at >= this.data.count - 1) this.show(0);
    this.playing = true;
    this.part("play").textContent = "Pause";
    this.part("status").setAttribute("aria-live", "off");
    this.since = performance.now();
    this.from = this.at;
    this.pace = this.rate();
    this.timer = requestAnimationFrame((now) => this.tick(now));
  }

  tick(now) {
    if (!this.playing) return;
    const due = this.from + Math.floor(((now - this.since) * this.pace) / 1000);
    if (due !== this.at) this.show(due);
    if (this.at >= this.data.count - 1) return this.pause();
    this.timer = requestAnimationFrame((later) => this.tick(later));
  }

  pause() {
    this.playing = false;
    cancelAnimationFrame(this.timer);
    this.part("play").textContent = "Play";
    this.part("status").removeAttribute("aria-live");
  }

  step(by) {
    this.pause();
    this.show(this.at + by);
  }

  listen() {
    const on = (name, event, act) => this.part(name).addEventListener(event, act);
    on("play", "click", () => (this.playing ? this.pause() : this.play()));
    on("first", "click", () => this.step(-Infinity));
    on("back", "click", () => this.step(-1));
    on("next", "click", () => this.step(1));
    on("scrub", "input", (event) => this.step(Number(event.target.value) - this.at));
    on("speed", "change", () => {
      if (this.playing) this.play();
    });
    this.root.querySelector(".film").addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const acts = {
      ArrowLeft: () => this.step(-1),
      ArrowRight: () => this.step(1),
      Home: () => this.step(-Infinity),
      End: () => this.step(Infinity),
      " ": () => (this.playing ? this.pause() : this.play()),
    };
    const own = ["INPUT", "SELECT"].includes(event.target.tagName) && event.key !== " ";
    const press = event.target.tagName === "BUTTON" && event.key === " ";
    if (own || press || event.target.tagName === "SELECT" || !acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }
}

export default function ({ data, parentElement }) {
  let film = FILMS.get(parentElement);
  if (!film) {
    film = new Film(parentElement);
    FILMS.set(parentElement, film);
  }
  film.take(data);
  return () => {
    film.pause();
    FILMS.delete(parentElement);
  };
}
