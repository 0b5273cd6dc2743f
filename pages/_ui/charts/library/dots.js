// Dots of one look are styled alike: the library works out the look of the first one, and its shape
// and style are copied to the others. Left to itself it works out every dot's anew, twice for each
// drawing, which takes half of the time of a figure with a thousand dots.
const Drawing = require("plotly.js/src/components/drawing");
const d3 = require("@plotly/d3");

const one = Drawing.singlePointStyle, marked = Drawing.selectedPointStyle;
const NONE = new Set([undefined, null, "", "none"]);

// Nothing about the trace that depends on more than the fields in `key`.
function plain(trace) {
  const { gradient, pattern } = trace.marker;
  return trace.type === "scatter" && !trace.selectedpoints && NONE.has(gradient?.type)
    && NONE.has(pattern?.shape) && NONE.has(pattern?.path);
}

// What a dot wears is no longer what was copied to it.
function forget() {
  this.path = this.dressed = undefined;
}

const key = (d) => [d.mo, d.ms, d.mx, d.mc, d.mlc, d.mlw, d.ma, d.mf].join();

Drawing.singlePointStyle = function (d, dot, trace, fns, gd, pt) {
  fns.looks ??= plain(trace) && new Map();
  if (!fns.looks || pt || d.trace || d.so || d.mgt || d.mld || dot.duration) {
    dot.each(forget);
    return one(d, dot, trace, fns, gd, pt);
  }
  const name = key(d), node = dot.node();
  let look = fns.looks.get(name);
  if (!look) {
    const model = d3.select(document.createElementNS("http://www.w3.org/2000/svg", "path"));
    one(d, model, trace, fns, gd);
    const { mrc, om, mcc, mlcc } = d;
    look = { path: model.attr("d"), style: model.node().style.cssText, known: { mrc, om, mcc, mlcc } };
    fns.looks.set(name, look);
  }
  Object.assign(d, look.known); // read where the dot is pointed at
  if (node.path !== look.path) node.setAttribute("d", (node.path = look.path));
  if (node.dressed !== look.style) node.style.cssText = node.dressed = look.style;
};

// Marked dots look otherwise for as long as they are marked.
Drawing.selectedPointStyle = function (dots, trace) {
  dots.each(forget);
  marked(dots, trace);
};
