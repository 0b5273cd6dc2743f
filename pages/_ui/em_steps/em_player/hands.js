// What hands do with the player besides playing: the curve, and placing means.

Object.assign(Player.prototype, {
  listenToHands() {
    this.on("place", "click", () => (this.placed ? this.stopPlacing() : this.startPlacing()));
    this.on("em", "pointerdown", (event) => this.placed && this.put(this.pointed(event)));
    this.on("em", "keydown", (event) => this.placed && this.aimWith(event));
    this.on("curve", "pointerdown", (event) => this.follow(event));
    this.on("curve", "pointermove", (event) => event.buttons && this.follow(event));
  },

  // The curve scrubs too.
  follow(event) {
    const left = event.currentTarget.getBoundingClientRect().left;
    this.go(2 * Math.round(this.planes.curve.backX(event.clientX - left)));
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
    } else return;
    event.preventDefault();
    event.stopPropagation(); // the keys that play are listened to further out
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
  const player = playerAt(parentElement, Player);
  player.take(data, (means) => setTriggerValue("placed", means));
  return () => player.pause();
}
