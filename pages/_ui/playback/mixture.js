// Numbers of the player: responsibilities, nearest centres, colours. Everything is in the
// frame of the picture: two columns, each shifted and scaled to about one.

const SLOTS = 6; // weight, mean x, mean y, and the covariance's xx, xy, yy
const GAMMA = 2.2;
const TO_BYTE = Uint8ClampedArray.from({ length: 4096 }, (_, i) => 255 * (i / 4095) ** (1 / GAMMA) + 0.5);

function floats(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return new Float32Array(bytes.buffer);
}

// "#1f77c4" as three bytes, and in linear light.
function channels(hex) {
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
}

function linear(hex) {
  return channels(hex).map((byte) => (byte / 255) ** GAMMA);
}

// Lower Cholesky factor of component j of a state, with the log constant of its density.
function factor(states, at) {
  const [weight, mx, my, xx, xy, yy] = states.subarray(at, at + SLOTS);
  const a = Math.sqrt(Math.max(xx, 1e-14));
  const b = xy / a;
  const c = Math.sqrt(Math.max(yy - b * b, 1e-14));
  return { mx, my, a, b, c, constant: Math.log(Math.max(weight, 1e-300)) - Math.log(a * c) };
}

// Write each row's colour, the components' colours mixed by its responsibilities.
function mixColours(rows, states, iteration, k, bases, out) {
  const parts = Array.from({ length: k }, (_, j) => factor(states, (iteration * k + j) * SLOTS));
  const logs = new Float64Array(k);
  for (let i = 0, o = 0; o < rows.length; i += 3, o += 2) {
    const x = rows[o], y = rows[o + 1];
    let most = -Infinity;
    for (let j = 0; j < k; j++) {
      const p = parts[j];
      const u = (x - p.mx) / p.a, v = (y - p.my - p.b * u) / p.c;
      logs[j] = p.constant - 0.5 * (u * u + v * v);
      if (logs[j] > most) most = logs[j];
    }
    let total = 0, red = 0, green = 0, blue = 0;
    for (let j = 0; j < k; j++) {
      const gap = logs[j] - most;
      if (gap < -9) continue; // not to be seen
      const share = Math.exp(gap), base = bases[j];
      total += share;
      red += share * base[0];
      green += share * base[1];
      blue += share * base[2];
    }
    const scale = 4095 / total;
    out[i] = TO_BYTE[(red * scale) | 0];
    out[i + 1] = TO_BYTE[(green * scale) | 0];
    out[i + 2] = TO_BYTE[(blue * scale) | 0];
  }
}

// Write each row's colour, that of its nearest centre as the columns' own units see it.
function nearestColours(rows, centres, iteration, k, ratio, bases, out) {
  const first = iteration * k * 2;
  for (let i = 0, o = 0; o < rows.length; i += 3, o += 2) {
    let best = 0, least = Infinity;
    for (let j = 0; j < k; j++) {
      const dx = rows[o] - centres[first + 2 * j];
      const dy = (rows[o + 1] - centres[first + 2 * j + 1]) * ratio;
      const gap = dx * dx + dy * dy;
      if (gap < least) {
        least = gap;
        best = j;
      }
    }
    const base = bases[best];
    out[i] = base[0];
    out[i + 1] = base[1];
    out[i + 2] = base[2];
  }
}

function blend(from, to, share, out) {
  for (let i = 0; i < out.length; i++) out[i] = from[i] + (to[i] - from[i]) * share;
}

function between(values, from, to, share, out) {
  for (let i = 0; i < out.length; i++) {
    out[i] = values[from + i] + (values[to + i] - values[from + i]) * share;
  }
  return out;
}

// Largest components of a state in words: share, and centre in the table's units.
function centresTold(data, state, most = 5) {
  const digits = (value) => String(Number(value.toPrecision(4))).replace("-", "\u2212");
  const order = Array.from({ length: data.k }, (_, j) => j).sort((a, b) => state[b * SLOTS] - state[a * SLOTS]);
  const columns = data.histogram ? [0] : [0, 1];
  const told = order.slice(0, most).filter((j) => state[j * SLOTS] >= 0.005).map((j) => {
    const centre = columns.map((f) => digits(data.origin[f] + data.unit[f] * state[j * SLOTS + 1 + f]));
    return `component ${j + 1}, ${Math.round(100 * state[j * SLOTS])}% around ${centre.join(" and ")}`;
  });
  return `${told.join("; ")}.`;
}
