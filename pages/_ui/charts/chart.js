// One figure that stays where it is: a new one is drawn into the old one, not in place of it.
// Figures in sight are drawn first, one a task, so that the answer to a moved control is seen
// before the rest of the page is done.

import { figureIn, nameOf } from "./arrivals.js";
import { drawn } from "./look.js";

// What the light library draws; figures with anything else need the whole one.
const LIGHT = new Set(["scatter", "bar", "heatmap", "contour"]);
const NEAR = 200; // pixels beyond the window that count as in sight
const COARSE = window.matchMedia("(pointer: coarse)");
const charts = new WeakMap(), named = new Map();
const waiting = new Set();
const libraries = {};
let running = false;

export function show({ data, parentElement, setTriggerValue }) {
  const host = parentElement.querySelector(".studio-chart");
  if (!charts.has(host)) charts.set(host, new Chart(host));
  const chart = charts.get(host);
  chart.tell = (picked) => setTriggerValue("selection", picked);
  chart.take(data);
  return () => chart.remove();
}

// A figure for a chart that stands in sight is drawn as soon as it arrives; `show` comes later with
// the same. Fulfilled when it has been painted.
function hears(message) {
  const bytes = figureIn(message), chart = bytes && named.get(nameOf(bytes));
  return chart?.plotly && inSight(chart.host) ? chart.take(bytes) : undefined;
}

// Whether the first picture in sight is a chart that has been drawn, and no other page was asked for.
function stands() {
  if (performance.now() - left < 100) return false;
  const pictures = [...document.querySelectorAll("[data-testid^=stBidiComponent]")].map((box) => box.querySelector(".studio-chart") ?? box);
  const first = pictures.find((each) => each.clientHeight > 100 && inSight(each));
  return !!charts.get(first)?.plotly;
}

let left = -Infinity;
const leave = () => { left = performance.now(); };
window.addEventListener("popstate", leave, true);
window.addEventListener("click", ({ target }) => target.closest?.("a[href]") && leave(), true);

if (window.studio) Object.assign(window.studio, { hears, stands });

const needed = (figure) => figure.data.every((trace) => LIGHT.has(trace.type ?? "scatter")) ? "light" : "whole";

function library(name) {
  libraries[name] ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = new URL(`./${name}.js`, import.meta.url);
    script.onload = () => done(window.Plotly);
    script.onerror = () => { delete libraries[name]; failed(new Error("The chart library did not arrive.")); };
    document.head.append(script);
  });
  return libraries[name];
}

function inSight(host) {
  const box = host.getBoundingClientRect();
  return box.bottom > -NEAR && box.top < window.innerHeight + NEAR;
}

// Of the waiting figures in sight the one that is read first; those for which a library of a second's
// work has to come are put off until all others stand.
function first() {
  const before = (a, b) => a.host.compareDocumentPosition(b.host) & Node.DOCUMENT_POSITION_FOLLOWING;
  const ready = [...waiting].filter((chart) => !chart.putOff);
  const seen = (ready.length ? ready : [...waiting]).filter((chart) => inSight(chart.host));
  return seen.reduce((best, each) => (best && before(best, each) ? best : each), undefined);
}

function same(bytes, others) {
  return bytes.length === others.length && bytes.every((value, i) => value === others[i]);
}

const shade = (host) => getComputedStyle(host).getPropertyValue("--st-text-color");

// Until the browser has painted what was drawn and has had a frame for whatever else waits.
const painted = () => new Promise((done) =>
  document.hidden ? setTimeout(done) : requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
const idle = (timeout = 100) => new Promise((done) =>
  window.requestIdleCallback ? requestIdleCallback(done, { timeout }) : setTimeout(done, 30));

async function work() {
  if (running) return;
  running = true;
  while (waiting.size) {
    const seen = first(), next = seen ?? waiting.values().next().value;
    if (!seen) await idle();
    waiting.delete(next);
    await next.draw().catch((problem) => next.excuse(problem));
    await painted();
    next.seen();
  }
  running = false;
}

class Chart {
  constructor(host) {
    this.host = host;
    this.width = 0;
    this.watchers = []; // who waits until the figure is seen
    this.drags = 0; // how many areas were marked: each clears the marks before
    this.plot = host.querySelector("div");
    this.size = new ResizeObserver(() => this.resized());
    this.size.observe(host);
    host.addEventListener("fullscreenchange", () => this.ask());
  }

  take(bytes) {
    named.set(nameOf(bytes), this);
    const known = this.plotly && this.shade === shade(this.host) && same(bytes, this.bytes);
    this.bytes = bytes;
    if (known) return undefined;
    this.ask();
    return new Promise((done) => this.watchers.push(done));
  }

  ask() {
    if (!this.bytes) return;
    this.host.dataset.state = "waiting";
    waiting.add(this);
    work();
  }

  resized() {
    if (Math.abs(this.host.clientWidth - this.width) > 1) this.ask();
  }

  async draw() {
    const { host, plot } = this;
    this.width = host.clientWidth;
    if (!this.width) { // folded away: drawn when it has room
      host.dataset.state = "hidden";
      return;
    }
    const { figure, alt, file, pick } = drawn(this.bytes, getComputedStyle(host));
    const name = needed(figure), late = name === "whole" && !libraries.whole;
    if (late && !this.putOff) {
      this.putOff = true;
      this.ask();
      return;
    }
    if (late) await idle(2000);
    this.putOff = false;
    const Plotly = await library(name);
    if (this.plotly && this.plotly !== Plotly) this.clear();
    host.setAttribute("role", "figure");
    host.setAttribute("aria-label", alt);
    this.shade = shade(host);
    const full = document.fullscreenElement === host;
    const look = { width: this.width, height: full ? host.clientHeight : figure.layout.height, ...this.manners(figure, pick) };
    if (!this.plotly) plot.textContent = "";
    await Plotly.react(plot, figure.data, { ...figure.layout, ...look }, this.settings(file, pick));
    host.dataset.state = "drawn";
    if (!this.plotly) this.listen(pick);
    this.plotly = Plotly;
    if (waiting.has(this)) host.dataset.state = "waiting";
  }

  seen() {
    for (const done of this.watchers.splice(0)) done();
  }

  clear() {
    this.plotly?.purge(this.plot);
    this.plotly = undefined;
  }

  // The library did not come: what the figure would have said stands in its place.
  excuse(problem) {
    console.error(problem);
    this.clear();
    this.host.dataset.state = "missing";
    const { alt } = JSON.parse(new TextDecoder().decode(this.bytes));
    this.plot.textContent = `This chart could not be drawn; reload the page to try again. It shows: ${alt}`;
  }

  // What dragging does. On a touch screen a finger on a figure scrolls the page.
  manners({ layout }, pick) {
    if (pick === "box") return { dragmode: "select", selectionrevision: this.drags };
    return { dragmode: layout.dragmode ?? (COARSE.matches ? false : pick ? "pan" : "zoom") };
  }

  settings(file, pick) {
    this.full ??= {
      name: "Full screen", title: "Full screen", click: () => this.fullscreen(),
      icon: { width: 24, height: 24, path: "M4 4h6v2H6v4H4zm10 0h6v6h-2V6h-4zM4 14h2v4h4v2H4zm14 0h2v6h-6v-2h4z" },
    };
    return {
      displaylogo: false,
      displayModeBar: COARSE.matches ? false : "hover", // nothing hovers over a touch screen
      modeBarButtonsToAdd: this.host.requestFullscreen ? [this.full] : [],
      modeBarButtonsToRemove: ["sendChartToCloud", "lasso2d", ...(pick === "box" ? [] : ["select2d"])],
      plotlyServerURL: "", // no figure is sent anywhere
      toImageButtonOptions: { format: "svg", filename: file },
    };
  }

  fullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.host.requestFullscreen();
  }

  listen(pick) {
    if (pick === "points") this.plot.on("plotly_click", (event) => this.tell({ points: event.points.map(point), box: [] }));
    if (pick === "box") this.plot.on("plotly_selected", (event) => {
      if (!event?.range) return;
      this.drags += 1;
      this.tell({ points: [], box: [{ x: event.range.x, y: event.range.y }] });
    });
  }

  remove() {
    this.size.disconnect();
    waiting.delete(this);
    for (const [name, chart] of named) if (chart === this) named.delete(name);
    this.seen();
    this.clear();
  }
}

function point({ x, y, z, text, customdata, curveNumber, pointIndex }) {
  return { x, y, z, text, customdata, curve_number: curveNumber, point_index: pointIndex };
}
