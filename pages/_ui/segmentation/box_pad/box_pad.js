// Box and strokes are drawn here; the server hears of them when the pointer is lifted.

const PADS = new WeakMap();
const COLOURS = { o: "#2fd07a", b: "#ff5d4d" };
const NEAR = 6; // thousandths between two points of a stroke
const STEP = 0.01;
const bound = (value) => Math.min(Math.max(value, 0), 1);

class Pad {
  constructor(root) {
    this.root = root;
    this.canvas = root.querySelector("canvas");
    this.image = new Image();
    this.image.onload = () => this.draw();
    this.tool = "box";
    for (const button of root.querySelectorAll("[data-tool]")) {
      button.onclick = () => this.choose(button.dataset.tool);
    }
    root.querySelector("[data-part=undo]").onclick = () => {
      this.strokes.pop();
      this.tell();
    };
    this.canvas.onpointerdown = (event) => this.begin(event);
    this.canvas.onpointermove = (event) => this.go(event);
    this.canvas.onpointerup = () => this.end();
    this.canvas.onpointercancel = () => this.end();
    this.canvas.onkeydown = (event) => this.key(event);
    this.choose("box");
  }

  take(data, send) {
    this.send = send;
    if (this.active) return;
    this.box = [...data.box];
    this.strokes = data.strokes ? data.strokes.split(";") : [];
    if (this.image.src !== data.picture) this.image.src = data.picture;
    this.draw();
  }

  choose(tool) {
    this.tool = tool;
    for (const button of this.root.querySelectorAll("[data-tool]")) {
      button.setAttribute("aria-checked", String(button.dataset.tool === tool));
    }
  }

  at(event) {
    const area = this.canvas.getBoundingClientRect();
    return [bound((event.clientX - area.left) / area.width), bound((event.clientY - area.top) / area.height)];
  }

  begin(event) {
    this.active = true;
    this.canvas.setPointerCapture(event.pointerId);
    const [x, y] = this.at(event);
    this.start = [x, y];
    if (this.tool !== "box") this.points = [Math.round(1000 * x), Math.round(1000 * y)];
    this.draw();
  }

  go(event) {
    if (!this.active) return;
    const [x, y] = this.at(event);
    if (this.tool === "box") {
      const [a, b] = this.start;
      this.box = [Math.min(a, x), Math.min(b, y), Math.max(a, x), Math.max(b, y)];
    } else {
      const next = [Math.round(1000 * x), Math.round(1000 * y)];
      const last = this.points.slice(-2);
      if (Math.hypot(next[0] - last[0], next[1] - last[1]) >= NEAR) this.points.push(...next);
    }
    this.draw();
  }

  end() {
    if (!this.active) return;
    this.active = false;
    if (this.points) this.strokes.push(this.tool + this.points.join(","));
    this.points = null;
    const [left, top, right, bottom] = this.box;
    if (right - left > STEP && bottom - top > STEP) this.tell();
  }

  tell() {
    this.draw();
    this.send({ box: this.box, strokes: this.strokes.join(";") });
  }

  key(event) {
    const ways = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
    const way = ways[event.key];
    if (!way) return;
    event.preventDefault();
    const [left, top, right, bottom] = this.box;
    const [dx, dy] = way;
    if (event.shiftKey) {
      this.box = [left, top, bound(Math.max(right + dx, left + 2 * STEP)), bound(Math.max(bottom + dy, top + 2 * STEP))];
    } else if (left + dx >= 0 && top + dy >= 0 && right + dx <= 1 && bottom + dy <= 1) {
      this.box = [left + dx, top + dy, right + dx, bottom + dy];
    }
    this.draw();
    clearTimeout(this.later);
    this.later = setTimeout(() => this.tell(), 500);
  }

  draw() {
    const { canvas, image } = this;
    if (!image.naturalWidth || !this.box) return;
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const [w, h] = [canvas.width, canvas.height], ink = canvas.getContext("2d");
    ink.drawImage(image, 0, 0);
    const [left, top, right, bottom] = [this.box[0] * w, this.box[1] * h, this.box[2] * w, this.box[3] * h];
    ink.fillStyle = "rgba(0, 0, 0, 0.35)";
    ink.beginPath();
    ink.rect(0, 0, w, h);
    ink.rect(left, top, right - left, bottom - top);
    ink.fill("evenodd");
    const thick = Math.max(2, Math.max(w, h) / 250);
    for (const [style, width] of [["#000", thick * 1.8], ["#fff", thick]]) {
      ink.strokeStyle = style;
      ink.lineWidth = width;
      ink.strokeRect(left, top, right - left, bottom - top);
    }
    const current = this.points ? [this.tool + this.points.join(",")] : [];
    for (const stroke of [...this.strokes, ...current]) this.line(ink, stroke, w, h);
  }

  line(ink, stroke, w, h) {
    const numbers = stroke.slice(1).split(",").map(Number);
    ink.strokeStyle = COLOURS[stroke[0]];
    ink.lineWidth = 0.016 * Math.max(w, h);
    ink.lineCap = ink.lineJoin = "round";
    ink.beginPath();
    for (let i = 0; i + 1 < numbers.length; i += 2) ink.lineTo((numbers[i] / 1000) * w, (numbers[i + 1] / 1000) * h);
    if (numbers.length < 4) ink.lineTo((numbers[0] / 1000) * w + 0.1, (numbers[1] / 1000) * h);
    ink.stroke();
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  let pad = PADS.get(parentElement);
  if (!pad) {
    pad = new Pad(parentElement);
    PADS.set(parentElement, pad);
  }
  pad.take(data, (drawn) => setTriggerValue("drawn", drawn));
}
