// A square to draw in. After each stroke its ink travels as SIDE x SIDE bytes in base64.
const SIDE = 70;
const STROKE = 20;

export default function ({ parentElement, data, setStateValue }) {
  const canvas = parentElement.querySelector("canvas");
  const plane = canvas.getContext("2d", { willReadFrequently: true });
  canvas.setAttribute("aria-label", `Drawing area: draw ${data.what} with mouse, finger or pen`);
  let drawing = false;

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const ratio = canvas.width / box.width;
    return [(event.clientX - box.left) * ratio, (event.clientY - box.top) * ratio];
  };

  const line = (event) => {
    plane.lineTo(...place(event));
    plane.stroke();
  };

  canvas.onpointerdown = (event) => {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    plane.lineWidth = STROKE;
    plane.lineCap = plane.lineJoin = "round";
    plane.strokeStyle = getComputedStyle(parentElement.querySelector("button")).color;
    plane.beginPath();
    plane.moveTo(...place(event));
    line(event);
  };
  canvas.onpointermove = (event) => drawing && (event.getCoalescedEvents?.() ?? [event]).forEach(line);
  canvas.onpointerup = canvas.onpointercancel = () => {
    if (!drawing) return;
    drawing = false;
    setStateValue("ink", packed(plane, canvas.width));
  };
  parentElement.querySelector("button").onclick = () => {
    plane.clearRect(0, 0, canvas.width, canvas.height);
    setStateValue("ink", "");
  };
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
