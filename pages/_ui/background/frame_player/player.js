// The player: all pictures came at once, and play here without the server. Pictures are
// decoded shortly before they are shown, and the last few are kept.

const KEPT = 160;
const AHEAD = 6;

function bytesOf(text) {
  const raw = atob(text), bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

class Film extends Playback {
  rate() {
    return this.data.fps * super.rate();
  }

  // A film stands on whole frames.
  pause() {
    super.pause();
    this.at = Math.floor(this.at);
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
    this.end = data.count - 1;
    this.part("scrub").max = this.end;
    this.build();
    this.go(place);
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

  async draw() {
    const { data } = this, wanted = Math.floor(this.at);
    if (this.playing && this.drawn === wanted) return;
    this.drawn = wanted;
    this.part("scrub").value = wanted;
    this.part("scrub").setAttribute("aria-valuetext", `frame ${wanted + 1} of ${data.count}`);
    const pictures = await Promise.all(data.panels.map((_, p) => this.picture(p, wanted)));
    if (wanted !== Math.floor(this.at) || data !== this.data) return;
    pictures.forEach((picture, p) => this.canvases[p].getContext("2d").drawImage(picture, 0, 0, ...data.size));
    this.section.dataset.frame = wanted;
    this.say(`frame ${wanted + 1} of ${data.count} · ${(wanted / data.fps).toFixed(2)} s · ${data.words[wanted]}`);
    for (let next = 1; this.playing && next <= AHEAD; next++) {
      data.panels.forEach((_, p) => this.picture(p, Math.min(wanted + next, this.end)));
    }
  }
}

export default function ({ data, parentElement }) {
  const film = playerAt(parentElement, Film);
  film.take(data);
  return () => film.pause();
}
