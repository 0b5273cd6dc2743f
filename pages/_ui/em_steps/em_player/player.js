// The player: one position in half steps, drawn by the browser alone. From an even position
// the E-step recolours the rows, from the odd one after it the M-step moves the components.

const ICON = (value) => value.toFixed(4).replace("-", "\u2212");

class Player extends Playback {
  constructor(root) {
    super(root);
    this.placed = null;
    this.listenToHands();
    new ResizeObserver(() => this.data && this.layout()).observe(this.section);
  }

  // Half steps a second.
  rate() {
    return 2 * super.rate();
  }

  // New data from the server; the same run keeps its position.
  take(data, place) {
    this.send = place;
    const other = !this.data || this.data.id !== data.id;
    const again = this.data && data.fresh !== this.data.fresh;
    this.data = data;
    if (other) this.load(again);
    this.layout();
  }

  load(fromStart) {
    const { data } = this;
    this.pause();
    this.planes = null; // nothing is drawn until the new run is laid out
    this.stopPlacing();
    Object.assign(this, {
      rows: floats(data.rows), states: floats(data.states), centres: floats(data.centres),
      soft: data.palette.map(linear), hard: data.palette.map(channels),
      steps: data.bounds.length - 1, settled: data.inertias.length - 1,
    });
    this.count = this.rows.length / 2;
    this.cached = { em: new Map(), km: new Map() };
    this.end = 2 * this.steps;
    this.part("scrub").max = this.end;
    const pace = this.steps / 12;
    this.part("speed").value = String([0.5, 1, 2, 5, 15, 60].find((speed) => speed >= pace) || 60);
    this.at = fromStart ? 0 : this.end;
    if (fromStart && !CALM.matches) this.play();
  }

  layout() {
    const { data } = this;
    this.shades = look(this.root.host || this.root);
    const em = this.part("em"), km = this.part("km");
    const height = Math.round(Math.min(440, Math.max(250, em.clientWidth * 0.9)));
    this.planes = {
      em: fit(em, height, data.box), km: fit(km, height, data.box),
      curve: fit(this.part("curve"), 210, [0, Math.max(1, this.steps), ...data.span]),
    };
    this.layers = {};
    for (const side of ["em", "km"]) {
      this.layers[side] = pointLayer(this.planes[side], this.rows, this.count, this.shades.paper);
      this.layers[side].colours = new Uint8Array(3 * this.count);
    }
    this.painted = {};
    this.draw();
  }

  // Colours after the E-step of an iteration; grey before the first. The last few are kept.
  colours(side, iteration) {
    const cache = this.cached[side];
    if (cache.has(iteration)) return cache.get(iteration);
    const out = new Uint8Array(3 * this.count), { k } = this.data;
    if (iteration < 0) out.fill(0x8a);
    else if (side === "em") mixColours(this.rows, this.states, iteration, k, this.soft, out);
    else nearestColours(this.rows, this.centres, iteration, k, this.data.ratio, this.hard, out);
    if (cache.size > 3) cache.delete(cache.keys().next().value);
    cache.set(iteration, out);
    return out;
  }

  // Where a side stands at the present position: colours from, to, and how far it has moved.
  moment(last) {
    const at = Math.min(this.at, 2 * last);
    const iteration = Math.min(Math.floor(at / 2), Math.max(last - 1, 0));
    const inside = at - 2 * iteration;
    return { iteration, recolour: Math.min(inside, 1), move: ease(Math.max(0, inside - 1)) };
  }

  paint(side, moment) {
    const layer = this.layers[side];
    const mark = `${moment.iteration} ${moment.recolour}`;
    if (this.painted[side] !== mark) {
      const after = this.colours(side, moment.iteration);
      if (moment.recolour < 1) {
        blend(this.colours(side, moment.iteration - 1), after, moment.recolour, layer.colours);
        paintPoints(layer, layer.colours);
      } else paintPoints(layer, after);
      this.painted[side] = mark;
    }
    const { g, ratio } = this.planes[side];
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.putImageData(layer.image, 0, 0);
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  draw() {
    const { data, planes, shades } = this, { k } = data;
    const scales = [0, 1].map((f) => ({ origin: data.origin[f], unit: data.unit[f] }));
    const soft = this.moment(this.steps), hard = this.moment(this.settled);
    const state = this.tween("states", k * SLOTS, soft, this.steps);
    const still = `${hard.iteration} ${hard.recolour} ${hard.move}`;
    for (const side of still === this.painted.still ? ["em"] : ["em", "km"]) {
      this.paint(side, side === "em" ? soft : hard);
      const { g, inner } = planes[side];
      if (data.histogram) bars(planes[side], data.histogram, shades);
      axes(planes[side], shades, data.axes, scales);
      g.save();
      g.beginPath();
      g.rect(MARGIN.left, MARGIN.top, inner.w, inner.h);
      g.clip();
      if (side === "em") (data.histogram ? bells : ellipses)(planes.em, state, k, data.palette, shades);
      else this.drawCentres(hard);
      if (side === "em" && this.placed) this.drawPlaced();
      g.restore();
    }
    this.painted.still = still;
    this.drawCurve(soft);
    this.tell(soft);
  }

  tween(name, size, moment, last) {
    const next = Math.min(moment.iteration + 1, last);
    return between(this[name], moment.iteration * size, next * size, moment.move, new Float32Array(size));
  }

  drawCentres(moment) {
    const { k, palette, histogram } = this.data;
    const centres = this.tween("centres", 2 * k, moment, this.settled), plane = this.planes.km;
    for (let j = 0; j < k; j++) {
      const y = histogram ? plane.y(0) : plane.y(centres[2 * j + 1]);
      mark(plane, plane.x(centres[2 * j]), y, palette[j], this.shades.paper);
    }
  }

  drawPlaced() {
    const plane = this.planes.em;
    this.placed.forEach(([x, y], j) => mark(plane, plane.x(x), plane.y(y), this.data.palette[j], this.shades.paper));
    if (this.aim) mark(plane, plane.x(this.aim[0]), plane.y(this.aim[1]), this.shades.ink, this.shades.paper);
  }

  drawCurve(soft) {
    const { g, ratio, width, height } = this.planes.curve;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.fillStyle = this.shades.paper;
    g.fillRect(0, 0, width, height);
    curve(this.planes.curve, this.data.bounds, soft.iteration + soft.move, this.shades);
  }

  // Words, slider and formulas that belong to the position.
  tell(soft) {
    const { data } = this, half = Math.round(this.at);
    const iteration = Math.floor(half / 2), bound = data.bounds[Math.min(iteration, this.steps)];
    const inE = this.at < this.end && this.at % 2 < 1, done = this.at >= this.end;
    const phase = half === 0 ? "the start: no row belongs to anyone yet" : half % 2 ? "after the E-step" : "after the M-step";
    const words = done ? `iteration ${this.steps}. ${data.ended}` : `iteration ${iteration + (half % 2)}, ${phase}`;
    this.section.dataset.position = this.at.toFixed(3);
    const now = performance.now();
    if (this.playing && now - this.told < 100) return;
    this.told = now;
    const scrub = this.part("scrub");
    scrub.value = half;
    scrub.setAttribute("aria-valuetext", words);
    if (!this.placed) this.say(`${words[0].toUpperCase()}${words.slice(1)}`);
    this.part("em-note").textContent = `\u00b7 log-likelihood ${ICON(bound)} per row`;
    const quiet = this.at >= 2 * this.settled;
    this.part("km-note").textContent = quiet ? `\u00b7 settled after ${this.settled} move${this.settled === 1 ? "" : "s"}` : "";
    const lit = { e: this.at > 0 && (half % 2 === 1 || (this.playing && inE)), m: this.at > 0 && half % 2 === 0 };
    // Faster than two a second would flicker: then both formulas are in force.
    const fast = Number(this.part("speed").value) > 2;
    if (this.playing) Object.assign(lit, { e: fast || inE, m: fast || !inE });
    for (const box of this.root.querySelectorAll("[data-phase]")) box.classList.toggle("lit", lit[box.dataset.phase]);
    const state = this.states.subarray(SLOTS * data.k * Math.min(iteration, this.steps));
    const sentence = `${words[0].toUpperCase()}${words.slice(1)}`.replace(/\.?$/, ":");
    this.part("em").setAttribute("aria-label", `${data.alt} ${sentence} ${centresTold(data, state)}`);
    this.part("km").setAttribute("aria-label", `The same rows coloured by the nearest of ${data.k} centres.`);
    this.part("curve").setAttribute("aria-label", `Log-likelihood per row by iteration, now ${ICON(bound)}.`);
  }
}
