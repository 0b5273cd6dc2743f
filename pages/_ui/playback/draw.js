// Pictures of the player: points, ellipses, bells, axes and the curve.

const MARGIN = { left: 44, right: 8, top: 8, bottom: 34 };

function look(host) {
  const style = getComputedStyle(host);
  const get = (name, spare) => style.getPropertyValue(name).trim() || spare;
  return {
    ink: get("--st-text-color", "#14181c"),
    paper: get("--st-background-color", "#ffffff"),
    line: get("--st-border-color", "#dadddd"),
    accent: get("--st-primary-color", "#1b5e8c"),
    font: get("--st-font", "sans-serif"),
  };
}

// Any CSS colour as three bytes.
function bytesOf(colour) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  return [...probe.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

// A canvas fitted to its width, with a plane: where a row of the picture's frame lies on it.
function fit(canvas, height, box) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const width = canvas.clientWidth || 320;
  canvas.style.height = `${height}px`;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const g = canvas.getContext("2d");
  const inner = { w: width - MARGIN.left - MARGIN.right, h: height - MARGIN.top - MARGIN.bottom };
  const [x0, x1, y0, y1] = box;
  return {
    g, ratio, width, height, inner, box,
    x: (value) => MARGIN.left + ((value - x0) / (x1 - x0)) * inner.w,
    y: (value) => MARGIN.top + (1 - (value - y0) / (y1 - y0)) * inner.h,
    backX: (px) => x0 + ((px - MARGIN.left) / inner.w) * (x1 - x0),
    backY: (py) => y0 + (1 - (py - MARGIN.top) / inner.h) * (y1 - y0),
  };
}

function niceTicks(low, high, most) {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((times) => times * power >= rough);
  const ticks = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-9; value += step) ticks.push(value);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const words = (value) => (digits > 4 ? value.toExponential(1) : value.toFixed(digits)).replace(/^-(?=0\.?0*$)/, "");
  return ticks.map((value) => [value, words(value).replace("-", "\u2212")]);
}

// Axes in the user's units: origin and unit map the frame back to them.
function axes(plane, shades, labels, scales) {
  const { g, box, width, height, inner } = plane;
  g.font = `12px ${shades.font}`;
  g.fillStyle = shades.ink;
  g.strokeStyle = shades.line;
  g.lineWidth = 1;
  g.strokeRect(MARGIN.left + 0.5, MARGIN.top + 0.5, inner.w - 1, inner.h - 1);
  const [across, up] = scales;
  g.textAlign = "center";
  g.textBaseline = "top";
  const far = (scale, value) => scale.origin + value * scale.unit;
  for (const [value, words] of niceTicks(far(across, box[0]), far(across, box[1]), inner.w / 70)) {
    g.fillText(words, plane.x((value - across.origin) / across.unit), height - MARGIN.bottom + 4);
  }
  g.fillText(labels[0], MARGIN.left + inner.w / 2, height - 15, inner.w);
  g.textAlign = "right";
  g.textBaseline = "middle";
  for (const [value, words] of niceTicks(far(up, box[2]), far(up, box[3]), inner.h / 45)) {
    g.fillText(words, MARGIN.left - 5, plane.y((value - up.origin) / up.unit), MARGIN.left - 6);
  }
  g.textAlign = "left";
  g.textBaseline = "top";
  if (labels[1]) g.fillText(labels[1], MARGIN.left + 6, MARGIN.top + 5, inner.w);
}

// A soft round stamp for rows: opacity of each pixel about the centre.
function stampOf(radius) {
  const reach = Math.ceil(radius);
  const stamp = [];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const cover = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(dx, dy))) * 0.85;
      if (cover > 0.02) stamp.push([dx, dy, cover]);
    }
  }
  return stamp;
}

// A layer of points: positions are kept, colours are painted anew when they change.
function pointLayer(plane, rows, count, paper) {
  const { ratio, g } = plane;
  const w = g.canvas.width, h = g.canvas.height;
  const places = new Int32Array(rows.length);
  const radius = (count <= 400 ? 3.6 : count <= 3000 ? 2.6 : count <= 8000 ? 1.7 : 1) * ratio;
  const reach = Math.ceil(radius);
  for (let o = 0; o < rows.length; o += 2) {
    places[o] = Math.min(w - reach - 1, Math.max(reach, Math.round(plane.x(rows[o]) * ratio)));
    places[o + 1] = Math.min(h - reach - 1, Math.max(reach, Math.round(plane.y(rows[o + 1]) * ratio)));
  }
  const image = g.createImageData(w, h);
  const blank = new Uint32Array(1);
  new Uint8Array(blank.buffer).set([...bytesOf(paper), 255]);
  const whole = new Uint32Array(image.data.buffer);
  return { image, places, whole, reach, stamp: stampOf(radius), blank: blank[0], many: count > 8000 };
}

// Many rows are solid squares, which cost a tenth of soft stamps.
function paintSquares(layer, colours) {
  const { image, places, whole } = layer, w = image.width;
  const side = Math.max(2, Math.round(1.1 * layer.reach));
  for (let i = 0, o = 0; o < places.length; i += 3, o += 2) {
    const colour = (255 << 24) | (colours[i + 2] << 16) | (colours[i + 1] << 8) | colours[i];
    const at = places[o + 1] * w + places[o];
    for (let dy = 0; dy < side; dy++) for (let dx = 0; dx < side; dx++) whole[at + dy * w + dx] = colour;
  }
}

function paintPoints(layer, colours) {
  const { image, places, stamp } = layer;
  const data = image.data, w = image.width;
  layer.whole.fill(layer.blank);
  if (layer.many) return paintSquares(layer, colours);
  const offsets = stamp.map(([dx, dy]) => 4 * (dy * w + dx));
  const covers = stamp.map((pixel) => pixel[2]);
  for (let i = 0, o = 0; o < places.length; i += 3, o += 2) {
    const at = 4 * (places[o + 1] * w + places[o]);
    const red = colours[i], green = colours[i + 1], blue = colours[i + 2];
    for (let s = 0; s < offsets.length; s++) {
      const pixel = at + offsets[s], cover = covers[s];
      data[pixel] += (red - data[pixel]) * cover;
      data[pixel + 1] += (green - data[pixel + 1]) * cover;
      data[pixel + 2] += (blue - data[pixel + 2]) * cover;
    }
  }
}

// A mean: a disc that stays visible on rows of its own colour.
function mark(plane, x, y, colour, paper) {
  const { g } = plane;
  g.fillStyle = colour;
  g.strokeStyle = paper;
  g.lineWidth = 2.5;
  g.beginPath();
  g.arc(x, y, 7.5, 0, 7);
  g.fill();
  g.stroke();
  g.lineWidth = 2;
  g.beginPath();
  g.moveTo(x - 4, y);
  g.lineTo(x + 4, y);
  g.moveTo(x, y - 4);
  g.lineTo(x, y + 4);
  g.stroke();
}

// Stroke the present path in a colour, on a wider band of the ground's.
function halo(g, colour, paper, width) {
  g.lineJoin = "round";
  g.strokeStyle = paper;
  g.lineWidth = width + 2.5;
  g.stroke();
  g.strokeStyle = colour;
  g.lineWidth = width;
  g.stroke();
}

// Ellipses at one and two standard deviations, and the mean.
function ellipses(plane, state, k, palette, shades) {
  const { g } = plane;
  for (let j = 0; j < k; j++) {
    const p = factor(state, j * SLOTS);
    for (const sigmas of [1, 2]) {
      g.beginPath();
      for (let corner = 0; corner <= 72; corner++) {
        const u = sigmas * Math.cos((corner * Math.PI) / 36), v = sigmas * Math.sin((corner * Math.PI) / 36);
        g.lineTo(plane.x(p.mx + p.a * u), plane.y(p.my + p.b * u + p.c * v));
      }
      halo(g, palette[j], shades.paper, sigmas === 1 ? 2.5 : 1.75);
    }
    mark(plane, plane.x(p.mx), plane.y(p.my), palette[j], shades.paper);
  }
}

// One column: each component's share of the density, and their sum.
function bells(plane, state, k, palette, shades) {
  const { g, box } = plane;
  const total = new Float64Array(241);
  const at = (i) => box[0] + (i / 240) * (box[1] - box[0]);
  const line = (values, colour, width) => {
    g.strokeStyle = colour;
    g.lineWidth = width;
    g.beginPath();
    values.forEach((value, i) => g.lineTo(plane.x(at(i)), plane.y(value)));
    g.stroke();
  };
  for (let j = 0; j < k; j++) {
    const p = factor(state, j * SLOTS), weight = state[j * SLOTS];
    const curve = total.map((_, i) => {
      const u = (at(i) - p.mx) / p.a;
      return (weight * Math.exp(-0.5 * u * u)) / (p.a * Math.sqrt(2 * Math.PI));
    });
    curve.forEach((value, i) => (total[i] += value));
    line(curve, palette[j], 2.5);
    mark(plane, plane.x(p.mx), plane.y(0), palette[j], shades.paper);
  }
  line(total, shades.ink, 1.5);
}

function bars(plane, histogram, shades) {
  const { g } = plane;
  g.fillStyle = shades.line;
  histogram.heights.forEach((height, i) => {
    const left = plane.x(histogram.edges[i]), right = plane.x(histogram.edges[i + 1]);
    g.fillRect(left + 0.5, plane.y(height), right - left - 1, plane.y(0) - plane.y(height));
  });
}

// A rising (or falling) series, the part already run drawn strongly, with the current point.
function curve(plane, values, now, shades) {
  const { g } = plane;
  axes(plane, shades, ["iteration", ""], [{ origin: 0, unit: 1 }, { origin: 0, unit: 1 }]);
  g.save();
  g.beginPath();
  g.rect(MARGIN.left, MARGIN.top, plane.inner.w, plane.inner.h);
  g.clip();
  const trace = (end, alpha, width) => {
    g.globalAlpha = alpha;
    g.strokeStyle = shades.accent;
    g.lineWidth = width;
    g.beginPath();
    for (let i = 0; i <= Math.floor(end); i++) g.lineTo(plane.x(i), plane.y(values[i]));
    g.stroke();
    g.globalAlpha = 1;
  };
  trace(values.length - 1, 0.3, 1.5);
  trace(now, 1, 2.5);
  const low = Math.floor(now), high = Math.min(low + 1, values.length - 1);
  const value = values[low] + (values[high] - values[low]) * (now - low);
  g.strokeStyle = g.fillStyle = shades.accent;
  g.lineWidth = 2.5;
  g.beginPath();
  g.lineTo(plane.x(low), plane.y(values[low]));
  g.lineTo(plane.x(now), plane.y(value));
  g.stroke();
  g.beginPath();
  g.restore();
  g.fillStyle = shades.accent;
  g.beginPath();
  g.arc(plane.x(now), Math.min(plane.y(value), MARGIN.top + plane.inner.h), 5, 0, 7);
  g.fill();
}
