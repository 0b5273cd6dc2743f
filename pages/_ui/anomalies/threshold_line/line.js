// The line moves here; the server hears where it was let go.

const CHARTS = new WeakMap();
const EDGE = { left: 8, right: 8, top: 18, bottom: 38 };
const FLAGGED = "#D96A0B", ORDINARY = "#8A9199";
const bound = (value, low, high) => Math.min(Math.max(value, low), high);
const short = (value) => Number(value.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 4 });

class Chart {
  constructor(root) {
    this.canvas = root.querySelector("canvas");
    this.words = root.querySelector(".words");
    this.canvas.onpointerdown = (event) => this.begin(event);
    this.canvas.onpointermove = (event) => this.active && this.to(this.at(event));
    this.canvas.onpointerup = () => this.end();
    this.canvas.onpointercancel = () => this.end();
    this.canvas.onkeydown = (event) => this.key(event);
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  take(data, send) {
    this.send = send;
    if (this.active || this.later) return;
    this.data = data;
    this.exact = data.flagged;
    this.place = bound(Math.asinh((data.line - data.typical) / data.scale), data.low, data.high);
    this.draw();
  }

  get nats() {
    return this.data.typical + this.data.scale * Math.sinh(this.place);
  }

  get flagged() {
    if (this.exact !== null) return this.exact;
    const { beyond, low, high } = this.data;
    return beyond[Math.round(((this.place - low) / (high - low)) * (beyond.length - 1))];
  }

  x(place) {
    const { low, high } = this.data, width = this.canvas.clientWidth - EDGE.left - EDGE.right;
    return EDGE.left + ((place - low) / (high - low)) * width;
  }

  at(event) {
    const { low, high } = this.data, area = this.canvas.getBoundingClientRect();
    return low + ((event.clientX - area.left - EDGE.left) / (area.width - EDGE.left - EDGE.right)) * (high - low);
  }

  begin(event) {
    this.active = true;
    this.canvas.setPointerCapture(event.pointerId);
    this.to(this.at(event));
  }

  to(place) {
    this.exact = null;
    this.place = bound(place, this.data.low, this.data.high);
    this.draw();
  }

  end() {
    if (!this.active) return;
    this.active = false;
    this.send(this.nats);
  }

  key(event) {
    const { low, high } = this.data, step = (high - low) / (event.shiftKey ? 25 : 200);
    const ways = { ArrowLeft: -step, ArrowDown: -step, ArrowRight: step, ArrowUp: step };
    const jumps = { Home: low, End: high };
    if (!(event.key in ways) && !(event.key in jumps)) return;
    event.preventDefault();
    this.to(jumps[event.key] ?? this.place + ways[event.key]);
    clearTimeout(this.later);
    this.later = setTimeout(() => {
      this.later = null;
      this.send(this.nats);
    }, 350);
  }

  draw() {
    const { canvas, data } = this;
    if (!data || !canvas.clientWidth) return;
    const [w, h, dense] = [canvas.clientWidth, canvas.clientHeight, window.devicePixelRatio || 1];
    [canvas.width, canvas.height] = [w * dense, h * dense];
    const ink = canvas.getContext("2d"), floor = h - EDGE.bottom;
    ink.scale(dense, dense);
    const style = getComputedStyle(canvas), text = style.color;
    ink.font = `12px ${style.fontFamily}`;
    const most = Math.log1p(Math.max(...data.counts));
    data.counts.forEach((count, i) => {
      if (!count) return;
      const [a, b] = [this.x(data.edges[i]), this.x(data.edges[i + 1])];
      const tall = (Math.log1p(count) / most) * (floor - EDGE.top);
      const cut = bound(this.x(this.place), a, b);
      for (const [from, to, shade] of [[a, cut, ORDINARY], [cut, b, FLAGGED]]) {
        ink.fillStyle = shade;
        if (to > from) ink.fillRect(from, floor - tall, Math.max(to - from - 0.7, 0.5), tall);
      }
    });
    this.axis(ink, text, w, floor);
    this.line(ink, text, floor);
    this.tell();
  }

  axis(ink, text, w, floor) {
    const { data } = this;
    ink.strokeStyle = ink.fillStyle = text;
    ink.globalAlpha = 0.75;
    ink.textAlign = "center";
    ink.fillRect(EDGE.left, floor, w - EDGE.left - EDGE.right, 1);
    let last = -Infinity;
    for (let i = 0; i <= 8; i += 1) {
      const place = data.low + ((data.high - data.low) * i) / 8, x = this.x(place);
      const words = short(data.typical + data.scale * Math.sinh(place));
      const wide = ink.measureText(words).width / 2, middle = bound(x, wide, w - wide);
      if (middle - wide < last + 10) continue;
      last = middle + wide;
      ink.fillRect(x, floor, 1, 4);
      ink.fillText(words, middle, floor + 16);
    }
    ink.fillText("surprise (nats); bar heights are logarithmic", w / 2, floor + 33);
    ink.globalAlpha = 1;
  }

  line(ink, text, floor) {
    const x = this.x(this.place);
    ink.fillStyle = text;
    ink.fillRect(x - 1, EDGE.top - 8, 2, floor - EDGE.top + 8);
    ink.beginPath();
    ink.arc(x, EDGE.top - 6, 8, 0, 7);
    ink.fill();
  }

  tell() {
    const { canvas, data, flagged } = this, value = short(this.nats);
    const share = ((100 * flagged) / data.total).toPrecision(2);
    this.words.textContent =
      `Line at ${value} nats: ${flagged.toLocaleString("en")} of ${data.total.toLocaleString("en")} rows flagged (${Number(share)}%).`;
    const said = { valuemin: data.low, valuemax: data.high, valuenow: this.place, valuetext: this.words.textContent };
    for (const [name, each] of Object.entries(said)) canvas.setAttribute(`aria-${name}`, each);
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  let chart = CHARTS.get(parentElement);
  if (!chart) {
    chart = new Chart(parentElement);
    CHARTS.set(parentElement, chart);
  }
  chart.take(data, (nats) => setTriggerValue("moved", nats));
}
