// Weights that empty: one position in iterations, drawn by the browser alone.

const LITTLE = 0.01; // a component with less than this share of the rows counts as empty
const FAINTEST = 0.002; // one with less is not drawn over the rows

const percent = (share) => (share >= 0.095 ? `${Math.round(100 * share)}%` : `${(100 * share).toFixed(1)}%`);

class Weights extends Playback {
  constructor(root) {
    super(root);
    this.on("curve", "pointerdown", (event) => this.follow(event));
    this.on("curve", "pointermove", (event) => event.buttons && this.follow(event));
    new ResizeObserver(() => this.data && this.layout()).observe(this.section);
  }

  // New data from the server; the same run keeps its position, another shows its end.
  take(data) {
    const other = !this.data || this.data.id !== data.id;
    this.data = data;
    if (other) this.load();
    this.layout();
  }

  load() {
    const { data } = this;
    this.pause();
    this.planes = null; // nothing is drawn until the new run is laid out
    this.rows = floats(data.rows);
    this.states = floats(data.states);
    this.count = this.rows.length / 2;
    this.bases = data.palette.map(linear);
    this.at = this.end = data.bounds.length - 1;
    this.part("scrub").max = this.end;
    const pace = this.end / 10;
    this.part("speed").value = String([0.5, 1, 2, 5, 15, 60].find((speed) => speed >= pace) || 60);
    this.highest = 0;
    for (let o = 0; o < this.states.length; o += SLOTS) this.highest = Math.max(this.highest, this.states[o]);
  }

  layout() {
    const { data } = this, bars = this.part("bars");
    this.shades = look(this.root.host || this.root);
    const height = Math.round(Math.min(400, Math.max(240, bars.clientWidth * 0.8)));
    this.planes = {
      bars: fit(bars, height, [0.4, data.k + 0.6, 0, 1.13 * this.highest]),
      rows: fit(this.part("rows"), height, data.box),
      curve: fit(this.part("curve"), 150, [0, Math.max(1, this.end), ...data.span]),
    };
    this.layer = pointLayer(this.planes.rows, this.rows, this.count, this.shades.paper);
    this.colours = new Uint8Array(3 * this.count);
    this.painted = null;
    this.draw();
  }

  follow(event) {
    const left = event.currentTarget.getBoundingClientRect().left;
    this.go(Math.round(this.planes.curve.backX(event.clientX - left)));
  }

  draw() {
    if (!this.planes) return;
    const { k } = this.data, iteration = Math.min(Math.floor(this.at), this.end);
    const next = Math.min(iteration + 1, this.end), size = k * SLOTS;
    const state = new Float32Array(size);
    between(this.states, iteration * size, next * size, this.at - iteration, state);
    this.drawBars(state);
    this.drawRows(iteration, state);
    const { g, ratio, width, height } = this.planes.curve;
    this.clear(g, ratio, width, height);
    curve(this.planes.curve, this.data.bounds, this.at, this.shades);
    this.tell(iteration, state);
  }

  clear(g, ratio, width, height) {
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.fillStyle = this.shades.paper;
    g.fillRect(0, 0, width, height);
  }

  // One bar a component; the outline is where it began.
  drawBars(state) {
    const { k, palette } = this.data, plane = this.planes.bars, { g, ratio, width, height } = plane;
    this.clear(g, ratio, width, height);
    axes(plane, this.shades, ["component", "%"], [{ origin: 0, unit: 1 }, { origin: 0, unit: 100 }]);
    g.textAlign = "center";
    g.textBaseline = "bottom";
    const bottom = plane.y(0), roomy = plane.x(2) - plane.x(1) > 40;
    for (let j = 0; j < k; j++) {
      const weight = state[j * SLOTS], left = plane.x(j + 0.64), wide = plane.x(j + 1.36) - left;
      g.fillStyle = palette[j];
      g.fillRect(left, plane.y(weight), wide, bottom - plane.y(weight));
      const began = plane.y(this.states[j * SLOTS]);
      g.strokeStyle = this.shades.ink;
      g.lineWidth = 1;
      g.setLineDash([3, 3]);
      g.strokeRect(left, began, wide, bottom - began);
      g.setLineDash([]);
      g.fillStyle = this.shades.ink;
      const words = roomy ? percent(weight) : String(Math.round(100 * weight));
      if (roomy || weight >= LITTLE) g.fillText(words, left + wide / 2, plane.y(weight) - 3);
    }
  }

  drawRows(iteration, state) {
    const { data, layer } = this, plane = this.planes.rows, { g, ratio, inner } = plane;
    if (this.painted !== iteration) {
      mixColours(this.rows, this.states, iteration, data.k, this.bases, this.colours);
      paintPoints(layer, this.colours);
      this.painted = iteration;
    }
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.putImageData(layer.image, 0, 0);
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (data.histogram) bars(plane, data.histogram, this.shades);
    axes(plane, this.shades, data.axes, [0, 1].map((f) => ({ origin: data.origin[f], unit: data.unit[f] })));
    g.save();
    g.beginPath();
    g.rect(MARGIN.left, MARGIN.top, inner.w, inner.h);
    g.clip();
    if (data.histogram) bells(plane, state, data.k, data.palette, this.shades);
    else this.drawEllipses(plane, state);
    g.restore();
  }

  drawEllipses(plane, state) {
    for (let j = 0; j < this.data.k; j++) {
      const own = state.subarray(j * SLOTS, (j + 1) * SLOTS);
      if (own[0] < FAINTEST) continue;
      plane.g.globalAlpha = Math.min(1, 0.15 + own[0] / 0.06);
      ellipses(plane, own, 1, [this.data.palette[j]], this.shades);
    }
    plane.g.globalAlpha = 1;
  }

  // Words and slider that belong to the position.
  tell(iteration, state) {
    const { data } = this;
    this.section.dataset.position = this.at.toFixed(3);
    const now = performance.now();
    if (this.playing && now - this.told < 100) return;
    this.told = now;
    const shares = Array.from({ length: data.k }, (_, j) => state[j * SLOTS]);
    const kept = shares.filter((share) => share > LITTLE).length;
    const ends = this.at >= this.end ? ` ${data.ended}` : "";
    const words = `Iteration ${iteration}: ${kept} of ${data.k} components hold more than 1% of the weight.${ends}`;
    this.part("scrub").value = Math.round(this.at);
    this.part("scrub").setAttribute("aria-valuetext", words);
    this.say(words);
    this.part("note").textContent = `\u00b7 ${kept} above 1%; dashed: where they began`;
    this.part("bars").setAttribute("aria-label", `Weights: ${shares.map(percent).join(", ")}.`);
    this.part("rows").setAttribute("aria-label", `${data.alt} ${centresTold(data, state)}`);
    this.part("curve").setAttribute("aria-label", `Lower bound, now ${data.bounds[iteration].toFixed(4)} nats per row.`);
  }
}

export default function ({ data, parentElement }) {
  const player = playerAt(parentElement, Weights);
  player.take(data);
  return () => player.pause();
}
