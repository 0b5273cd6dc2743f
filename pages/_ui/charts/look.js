// The reader's theme in a figure: text, grid, paper and colour scales.

const DECODER = new TextDecoder();
const TOKEN = /#0000([1-4]\d)\b/g;

// The figure in `bytes`, in the colours that hold at the element with that style.
export function drawn(bytes, style) {
  const { figure, ...rest } = JSON.parse(DECODER.decode(bytes).replace(TOKEN, (token) => shades(style)[token] ?? token));
  figure.layout.template = template(style, figure.layout.template?.layout ?? {});
  return { figure, ...rest };
}

let known = { key: "" };

// Colour by token, as gmm_engine's figures/theme.py writes them.
function shades(style) {
  const value = (name) => style.getPropertyValue(`--st-${name}`).trim();
  const text = value("text-color"), paper = value("background-color");
  if (known.key === text + paper) return known.table;
  const table = {
    "#000037": text, "#000036": mixed(text, paper, 0.7), "#000038": paper, "#000039": mixed(text, paper, 0.12),
  };
  const scale = (name, first) => value(name).split(",").forEach((shade, i) => { table[`#0000${first + i}`] = shade.trim(); });
  scale("chart-sequential-colors", 11);
  scale("chart-diverging-colors", 21);
  known = { key: text + paper, table };
  return table;
}

function mixed(first, second, share) {
  const channel = (hex, at) => parseInt(hex.slice(at, at + 2), 16);
  const blend = (at) => Math.round(share * channel(first, at) + (1 - share) * channel(second, at));
  return /^#[0-9a-f]{6}$/i.test(first + second.slice(7)) ? `rgb(${blend(1)}, ${blend(3)}, ${blend(5)})` : first;
}

function template(style, own) {
  const table = shades(style), ink = table["#000037"], muted = table["#000036"], grid = table["#000039"];
  const font = { family: own.font?.family, color: ink };
  const axis = {
    zerolinecolor: grid, gridcolor: grid, tickcolor: grid, automargin: true,
    tickfont: { color: muted, size: 12 }, title: { font: { color: ink, size: 13 }, standoff: 12 },
  };
  return {
    layout: {
      ...own,
      font: { ...font, size: 12 },
      title: { font: { ...font, size: 15 }, x: 0, xanchor: "left" },
      legend: { font: { color: ink, size: 12 } },
      xaxis: axis,
      yaxis: axis,
      coloraxis: { colorbar: { outlinewidth: 0 } },
      hoverlabel: { align: "left", bgcolor: table["#000038"], bordercolor: grid, font: { ...font, size: 12 } },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: muted, activecolor: ink },
    },
  };
}
