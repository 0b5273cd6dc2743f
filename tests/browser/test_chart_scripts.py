"""The charts' own scripts: figures are seen first, and drawn as the library draws them."""

from __future__ import annotations

import json

import numpy as np
from playwright.sync_api import expect

from gmm_engine.figures import pairs
from pages._ui.charts import scripts
from tests.browser.visitor import open_page, settle

# Notes what changes first.
ORDER = """() => {
  window.order = [];
  const watch = (name, where, what) =>
    new MutationObserver(() => order.push(name)).observe(document.querySelector(where), what);
  watch("figure", ".studio-chart", { attributeFilter: ["aria-label"] });
  watch("number", "[data-testid=stMetricValue]", { subtree: true, characterData: true, childList: true });
}"""
# What is found in messages: a figure between other bytes, then several without one.
FOUND = """async ([folder, figure, others]) => {
  const { figureIn, nameOf } = await import(new URL(`${folder}/arrivals.js`, document.baseURI));
  const bytes = (words) => new TextEncoder().encode(words).buffer;
  const inside = figureIn(bytes('\\u0001{{"s' + figure + "behind"));
  const rest = [figure, ...others.map(bytes)].map((each) => figureIn(each) ?? null);
  return [new TextDecoder().decode(inside), nameOf(inside), ...rest];
}"""
# The dots that the page's library draws, draws again after some were marked, and that the whole one draws.
DOTS = """async ([figure, whole]) => {
  window.light ??= window.Plotly;
  if (!window.whole) {
    const script = document.createElement("script");
    script.src = new URL(whole, document.baseURI);
    await new Promise((done) => { script.onload = done; document.head.append(script); });
    window.whole = window.Plotly;
  }
  const style = ({ style }) => [...style].sort().map((name) => name + style.getPropertyValue(name)).join();
  const look = (dot) => ["d", "transform"].map((name) => dot.getAttribute(name)) + style(dot);
  const box = document.body.appendChild(document.createElement("div"));
  const drawn = async (library, times = 1) => {
    const layout = { ...figure.layout, width: 600, height: 500 };
    const marked = figure.data.map((trace) => ({ ...trace, selectedpoints: [0] }));
    for (let i = 0; i < times; i++) {
      if (i) await library.react(box, structuredClone(marked), layout);
      await library.react(box, structuredClone(figure.data), layout);
    }
    const dots = [...box.querySelectorAll("path.point")].map(look);
    library.purge(box);
    return dots.map((dot) => dot.replace(/url\\(.*?\\)/g, "gradient"));
  };
  return [await drawn(window.light), await drawn(window.light, 2), await drawn(window.whole)];
}"""


def test_the_figure_is_seen_before_the_page_around_it_changes(server, new_page):
    page = open_page(new_page(), server.url, "clustering", "clustering_model=Choose&clustering_k=2")
    page.evaluate(ORDER)
    page.get_by_role("slider", name="Components").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("3")
    settle(page)
    assert page.evaluate("() => [...new Set(order)]") == ["figure", "number"]
    assert page.evaluate("() => studio.holds") is False


def test_an_answer_without_a_new_figure_is_told_when_it_ends(server, new_page):
    page = open_page(new_page(), server.url, "clustering", "clustering_model=Choose&clustering_k=2")
    page.get_by_text("How it works").click()
    expect(page.locator(".katex").first).to_be_visible()
    assert page.evaluate("() => studio.holds") is False


def test_another_page_is_not_waited_for(server, new_page):
    page = open_page(new_page(), server.url, "clustering")
    assert page.evaluate("() => studio.stands()") is True
    left = """() => {
      const link = document.querySelector("[data-testid=stSidebarNavLink]");
      link.addEventListener("click", (event) => event.preventDefault());
      link.click();
      return studio.stands();
    }"""
    assert page.evaluate(left) is False


def test_charts_that_fail_let_every_message_through(server, new_page):
    page = open_page(new_page(), server.url, "clustering", "clustering_model=Choose&clustering_k=2")
    page.evaluate("() => { studio.stands = studio.hears = () => { throw new Error('on purpose'); }; }")
    page.get_by_role("slider", name="Components").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("3")


def test_what_is_no_whole_figure_is_left_to_the_page(server, new_page):
    page = open_page(new_page(), server.url, "synthetic_data")
    figure = '{"studio":"0000055","chart":"here_chart_a","figure":{}}'
    assert len(figure) == 55
    others = ["", "short", figure[:-1], figure.replace("0000055", "none055"), "x" * 99]
    inside, name, *rest = page.evaluate(FOUND, [scripts.folder(), figure, others])
    assert (inside, name) == (figure, "here_chart_a")
    assert rest == [None] * 6


def test_the_light_library_draws_dots_as_the_whole_one(server, new_page):
    page = open_page(new_page(), server.url, "synthetic_data")
    rng = np.random.default_rng(0)
    many = pairs.matrix(rng.normal(size=(60, 3)), ["a", "b", "c"], rng.integers(-1, 3, 60))
    x = list(range(6))
    marker = {
        "size": [3, 9, 4, 4, 8, 5], "color": ["red", "#123", "rgba(1,2,3,.4)"] * 2, "symbol": x,
        "opacity": 0.5, "line": {"width": [0, 1, 2] * 2, "color": "blue"},
    }  # fmt: skip
    looks = [
        marker,
        {"symbol": "circle-open", "color": x, "showscale": True},
        {"color": "teal", "line": {"color": x, "width": 2}, "opacity": [0.1, 0.9] * 3},
        {"gradient": {"type": "radial", "color": "white"}},
    ]
    dots = [{"x": x, "y": x[::-1], "mode": "markers", "marker": each} for each in looks]
    marked = {"x": x, "y": x, "mode": "markers", "selectedpoints": [1, 2]}
    for figure in (json.loads(many.to_json()), {"data": [*dots, marked], "layout": {}}):
        light, again, whole = page.evaluate(DOTS, [figure, f"{scripts.folder()}/whole.js"])
        assert len(light) > 20
        assert light == again == whole
