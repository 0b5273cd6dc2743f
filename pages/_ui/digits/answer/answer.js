// What was read, how probable each class is, and small pictures: written into what stands there already.
const SVG = "http://www.w3.org/2000/svg";

export default function ({ parentElement, data }) {
  const part = (place) => parentElement.querySelector(place);
  // Parts of a sentence; every second one stands out.
  part("[role=status]").replaceChildren(...data.said.map((text, i) => (i % 2 ? made("strong", "", text) : text)));
  part(".note").textContent = data.note;
  each(part(".bars"), data.bars, newBar, setBar);
  each(part(".pictures"), data.pictures, newPicture, setPicture);
}

// One child for each row, kept from one answer to the next.
function each(place, rows, make, set) {
  while (place.children.length > rows.length) place.lastChild.remove();
  while (place.children.length < rows.length) place.append(make());
  rows.forEach((row, i) => set(place.children[i], row));
  place.hidden = !rows.length;
}

function newBar() {
  const [row, track] = [made("li"), made("div", "track")];
  track.append(made("div", "bar"));
  row.append(made("span", "label"), track, made("span", "share"));
  return row;
}

function setBar(row, { label, share, words, first }) {
  row.className = first ? "first" : "";
  row.querySelector(".label").textContent = label;
  row.querySelector(".bar").style.width = `${100 * share}%`;
  row.querySelector(".share").textContent = words;
}

function newPicture() {
  const [figure, sheet] = [made("figure"), document.createElementNS(SVG, "svg")];
  sheet.setAttribute("aria-hidden", "true");
  figure.append(sheet, made("figcaption"));
  return figure;
}

function setPicture(figure, { words, ink }) {
  const sheet = figure.querySelector("svg");
  const side = ink.length;
  if (sheet.children.length !== side * side) {
    sheet.setAttribute("viewBox", `0 0 ${side} ${side}`);
    sheet.replaceChildren(...Array.from({ length: side * side }, (_, i) => square(i % side, Math.floor(i / side))));
  }
  ink.flat().forEach((share, i) => sheet.children[i].setAttribute("fill-opacity", share));
  figure.querySelector("figcaption").textContent = words;
}

function square(x, y) {
  const found = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ x, y, width: 1, height: 1 })) found.setAttribute(name, value);
  return found;
}

function made(tag, name = "", text = "") {
  const found = document.createElement(tag);
  found.className = name;
  found.textContent = text;
  return found;
}
