// What hands do with the player: buttons, keys, the curve, and placing means.

Object.assign(Player.prototype, {
  listen() {
    const on = (name, kind, act) => this.part(name).addEventListener(kind, act);
    on("play", "click", () => (this.playing ? (this.pause(), this.draw()) : this.play()));
    on("first", "click", () => this.go(0));
    on("back", "click", () => this.go(Math.ceil(this.at) - 1));
    on("next", "click", () => this.go(Math.floor(this.at) + 1));
    on("scrub", "input", (event) => this.go(Number(event.target.value)));
    on("place", "click", () => (this.placed ? this.stopPlacing() : this.startPlacing()));
    on("em", "pointerdown", (event) => this.placed && this.put(this.pointed(event)));
    on("curve", "pointerdown", (event) => this.follow(event));
    on("curve", "pointermove", (event) => event.buttons && this.follow(event));
    this.section.addEventListener("keydown", (event) => this.key(event));
  },

  // The curve scrubs too.
  follow(event) {
    const left = event.currentTarget.getBoundingClientRect().left;
    this.go(2 * Math.round(this.planes.curve.backX(event.clientX - left)));
  },

  key(event) {
    const kind = event.target.tagName;
    if (this.placed && kind === "CANVAS" && this.aimWith(event)) return event.preventDefault();
    if (kind === "SELECT" || (kind === "INPUT" && event.key !== " ") || (kind === "BUTTON" && event.key === " ")) return;
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
  },

  startPlacing() {
    this.go(0);
    this.placed = [];
    const [x0, x1, y0, y1] = this.data.box;
    this.aim = [(x0 + x1) / 2, this.data.histogram ? 0 : (y0 + y1) / 2];
    this.section.classList.add("placing");
    this.part("place").setAttribute("aria-pressed", "true");
    this.part("em").focus({ preventScroll: true });
    this.part("em").scrollIntoView({ block: "nearest" });
    this.askForNext();
    this.draw();
  },

  stopPlacing() {
    this.placed = this.aim = null;
    this.section.classList.remove("placing");
    this.part("place").setAttribute("aria-pressed", "false");
    this.part("place").textContent = "Place the means";
    if (this.planes) this.draw();
  },

  askForNext() {
    const next = `mean ${this.placed.length + 1} of ${this.data.k}`;
    this.part("place").textContent = "Cancel";
    this.say(`Click where ${next} goes, or move the cross with the arrow keys and press Enter.`);
  },

  // Arrow keys move the cross by a fortieth of the picture, Enter puts a mean there, Escape gives up.
  aimWith(event) {
    const [x0, x1, y0, y1] = this.data.box, moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (event.key === "Enter") this.put([...this.aim]);
    else if (event.key === "Escape") this.stopPlacing();
    else if (moves[event.key]) {
      const [dx, dy] = moves[event.key];
      this.aim = [this.aim[0] + (dx * (x1 - x0)) / 40, this.aim[1] + (this.data.histogram ? 0 : (dy * (y1 - y0)) / 40)];
      this.draw();
    } else return false;
    return true;
  },

  pointed(event) {
    const box = event.currentTarget.getBoundingClientRect(), plane = this.planes.em;
    return [plane.backX(event.clientX - box.left), this.data.histogram ? 0 : plane.backY(event.clientY - box.top)];
  },

  put(place) {
    this.placed.push(place);
    this.draw();
    if (this.placed.length < this.data.k) return this.askForNext();
    const { origin, unit, histogram } = this.data;
    const used = histogram ? [0] : [0, 1];
    const means = this.placed.map((row) => used.map((f) => Number((origin[f] + row[f] * unit[f]).toPrecision(4))));
    this.stopPlacing();
    this.say("The means are placed: EM starts from them.");
    this.send(means);
  },
});

export default function ({ data, parentElement, setTriggerValue }) {
  let player = PLAYERS.get(parentElement);
  // Streamlit may write the markup anew into the same parent: then the old player holds dead parts.
  if (player?.section !== parentElement.querySelector(".player")) {
    PLAYERS.set(parentElement, (player = new Player(parentElement)));
  }
  player.take(data, (means) => setTriggerValue("placed", means));
  return () => player.pause();
}
