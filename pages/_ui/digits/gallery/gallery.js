// Small pictures side by side, each a drawing of squares: one path for each strength of ink.
const SVG = "http://www.w3.org/2000/svg";
const LEVELS = 9;

export default function ({ parentElement, data }) {
  const place = parentElement.querySelector(".gallery");
  place.setAttribute("aria-label", data.alt);
  place.style.setProperty("--across", data.across);
  place.style.setProperty("--few", Math.min(data.across, 5));
  place.replaceChildren(...data.tiles.map(tile));
}

function tile({ words, ink }) {
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  const sheet = document.createElementNS(SVG, "svg");
  const side = Math.sqrt(ink.length);
  sheet.setAttribute("viewBox", `0 0 ${side} ${side}`);
  for (let level = 1; level <= LEVELS; level++) {
    const squares = [...ink].flatMap((each, i) => (Number(each) === level ? `M${i % side} ${Math.floor(i / side)}h1v1h-1z` : []));
    if (!squares.length) continue;
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", squares.join(""));
    path.setAttribute("fill-opacity", level / LEVELS);
    sheet.append(path);
  }
  caption.textContent = words;
  figure.append(sheet, caption);
  return figure;
}
