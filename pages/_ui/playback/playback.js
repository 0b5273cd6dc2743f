// What every player shares: a position that moves by itself, by buttons, by keys and by the slider.
// A player says how it is drawn (`draw`), how fast it goes (`rate`) and where it ends (`end`).

const PLAYERS = new WeakMap();
const CALM = window.matchMedia("(prefers-reduced-motion: reduce)");
const CALM_RATE = 2; // positions a second for those who asked for less motion
const LONGEST_PAUSE = 250; // milliseconds: after a longer stall the film goes on where it was

class Playback {
  constructor(root) {
    this.root = root;
    this.section = root.querySelector("section");
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.at = this.end = 0;
    this.listen();
  }

  // Positions a second.
  rate() {
    return Number(this.part("speed").value);
  }

  play() {
    if (this.at >= this.end) this.at = 0;
    this.playing = true;
    this.part("play").textContent = "Pause";
    this.part("status").setAttribute("aria-live", "off");
    this.before = performance.now();
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  pause() {
    this.playing = false;
    cancelAnimationFrame(this.frame);
    this.part("play").textContent = "Play";
    this.part("status").setAttribute("aria-live", "polite");
  }

  // One frame. With reduced motion the position jumps from one to the next instead of gliding.
  tick(now) {
    if (!this.playing || !this.section.isConnected) return;
    const calm = CALM.matches, rate = calm ? Math.min(this.rate(), CALM_RATE) : this.rate();
    const passed = Math.max(0, now - this.before);
    if (!calm || passed * rate >= 1000) {
      const moved = calm ? Math.floor(this.at) + 1 : this.at + (Math.min(passed, LONGEST_PAUSE) / 1000) * rate;
      this.at = Math.min(this.end, moved);
      this.before = now;
      if (this.at >= this.end) this.pause();
      this.draw();
    }
    if (this.playing) this.frame = requestAnimationFrame((next) => this.tick(next));
  }

  go(position) {
    this.pause();
    this.at = Math.max(0, Math.min(this.end, position));
    this.draw();
  }

  say(words) {
    const status = this.part("status");
    if (status.textContent !== words) status.textContent = words;
  }

  on(name, kind, act) {
    this.part(name).addEventListener(kind, act);
  }

  listen() {
    this.on("play", "click", () => (this.playing ? this.go(this.at) : this.play()));
    this.on("first", "click", () => this.go(0));
    this.on("back", "click", () => this.go(Math.ceil(this.at) - 1));
    this.on("next", "click", () => this.go(Math.floor(this.at) + 1));
    this.on("scrub", "input", (event) => this.go(Number(event.target.value)));
    this.section.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const kind = event.target.tagName, space = event.key === " ";
    if (kind === "SELECT" || (kind === "INPUT" && !space) || (kind === "BUTTON" && space)) return;
    const acts = {
      " ": () => this.part("play").click(),
      ArrowLeft: () => this.part("back").click(),
      ArrowRight: () => this.part("next").click(),
      Home: () => this.go(0),
      End: () => this.go(this.end),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }
}

// The player of a place on the page, made anew when Streamlit has written its markup anew.
function playerAt(parent, Kind) {
  let player = PLAYERS.get(parent);
  if (player?.section !== parent.querySelector("section")) {
    player?.pause();
    PLAYERS.set(parent, (player = new Kind(parent)));
  }
  return player;
}

const ease = (share) => share * share * (3 - 2 * share);
