// A square to draw in. After each stroke, and a few times a second during one, its ink travels as
// SIDE x SIDE bytes in base64. `turn` counts what was sent, `seen` says what was answered.
const SIDE = 70;
const STROKE = 20;
// Milliseconds between an answer and the next question within a stroke: an answer that is on its way
// when the pen is lifted delays the last one.
const REST = 300;
const pads = new WeakMap();

export default function ({ parentElement, data, setStateValue }) {
  const canvas = parentElement.querySelector("canvas");
  if (!pads.has(canvas)) pads.set(canvas, new Pad(canvas, parentElement.querySelector("button")));
  pads.get(canvas).take(data, (ink) => setStateValue("ink", ink));
}

class Pad {
  constructor(canvas, button) {
    this.canvas = canvas;
    this.button = button;
    this.plane = canvas.getContext("2d", { willReadFrequently: true });
    this.drawing = this.fresh = false; // fresh: there is ink that was not sent
    this.turn = this.begun = this.asked = this.answered = 0;
    canvas.onpointerdown = (event) => this.begin(event);
    canvas.onpointermove = (event) => this.drawing && this.draw(event);
    canvas.onpointerup = canvas.onpointercancel = () => this.end();
    button.onclick = () => this.clear();
  }

  take({ what, live, seen }, tell) {
    this.canvas.setAttribute("aria-label", `Drawing area: draw ${what} with mouse, finger or pen`);
    this.tell = tell;
    this.live = live;
    if (seen === this.turn) this.answered ||= performance.now();
    this.colour();
  }

  // The theme may have changed since the last stroke.
  colour() {
    const { plane, canvas } = this;
    plane.strokeStyle = plane.fillStyle = getComputedStyle(this.button).color;
    plane.globalCompositeOperation = "source-in";
    plane.fillRect(0, 0, canvas.width, canvas.height);
    plane.globalCompositeOperation = "source-over";
  }

  begin(event) {
    const { plane, canvas } = this;
    this.drawing = true;
    this.begun = performance.now();
    canvas.setPointerCapture(event.pointerId);
    canvas.dataset.inked = "";
    plane.lineWidth = STROKE;
    plane.lineCap = plane.lineJoin = "round";
    plane.beginPath();
    plane.moveTo(...this.place(event));
    this.line(event);
  }

  draw(event) {
    (event.getCoalescedEvents?.() ?? [event]).forEach((each) => this.line(each));
    // The server is left alone for at least as long as it took to answer.
    const pause = Math.max(REST, this.answered - this.asked);
    const since = performance.now() - Math.max(this.begun, this.answered);
    if (this.live && this.answered && since > pause) this.send();
  }

  end() {
    this.drawing = false;
    if (this.fresh) this.send();
  }

  clear() {
    this.fresh = false;
    this.plane.clearRect(0, 0, this.canvas.width, this.canvas.height);
    delete this.canvas.dataset.inked;
    this.tell({ turn: (this.turn += 1), pixels: "" });
  }

  send() {
    this.asked = performance.now();
    this.answered = 0;
    this.fresh = false;
    this.tell({ turn: (this.turn += 1), pixels: packed(this.plane, this.canvas.width) });
  }

  line(event) {
    this.plane.lineTo(...this.place(event));
    this.plane.stroke();
    this.fresh = true;
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const ratio = this.canvas.width / box.width;
    return [(event.clientX - box.left) * ratio, (event.clientY - box.top) * ratio];
  }
}

// Mean opacity of each of SIDE x SIDE squares.
function packed(plane, width) {
  const step = width / SIDE;
  const pixels = plane.getImageData(0, 0, width, width).data;
  const ink = new Uint8Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      let sum = 0;
      for (let j = 0; j < step; j++) {
        for (let i = 0; i < step; i++) sum += pixels[((y * step + j) * width + x * step + i) * 4 + 3];
      }
      ink[y * SIDE + x] = sum / (step * step);
    }
  }
  return btoa(String.fromCharCode(...ink));
}
