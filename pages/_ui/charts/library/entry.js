// The part of plotly.js that most figures need: lines and points come with its core.
const Plotly = require("plotly.js/lib/core");

require("./dots.js");
Plotly.register([require("plotly.js/lib/bar"), require("plotly.js/lib/heatmap"), require("plotly.js/lib/contour")]);
module.exports = Plotly;
