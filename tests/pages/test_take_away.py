"""What visitors take away: safe CSV, Python that runs, links that keep their meaning."""

from __future__ import annotations

import ast
import json
import runpy

import pandas as pd
import pytest

from pages._ui import exports, fits, inputs, share
from pages._ui.specs import AutoSpec, MixtureSpec
from tests.pages.numbers import script
from tests.pages.visit import visit


@pytest.fixture
def geyser():
    return inputs.Source(inputs.EXAMPLES["Geyser"].load(), "geyser", True, *_code("Geyser"))


def _code(name):
    imports = ("from gmm_engine.data.examples import EXAMPLES",)
    return f"data = EXAMPLES[{name!r}].load()", imports


def test_a_spreadsheet_takes_no_cell_for_a_formula():
    frame = pd.DataFrame({"=name": ["=1+1", "@x", "fine", "-2"], "number": [-1.5, 2, 3, 4]})
    lines = exports.csv(frame).decode().splitlines()
    assert lines[:3] == ["'=name,number", "'=1+1,-1.5", "'@x,2.0"]
    assert lines[4] == "'-2,4.0"


def test_the_frame_itself_is_left_alone():
    frame = pd.DataFrame({"a": ["=1"]})
    exports.csv(frame)
    assert frame["a"][0] == "=1"


@pytest.mark.parametrize("spec", [MixtureSpec(2), AutoSpec(most=3, families=("EEE", "VVV"))])
def test_the_script_repeats_the_pages_numbers(geyser, spec, tmp_path, capsys):
    names = geyser.dataset.numeric
    steps = spec.steps(geyser.dataset.matrix())
    try:
        while True:
            next(steps)
    except StopIteration as finished:
        model = finished.value
    recipe = exports.Recipe(fits.code(spec, names), fits.imports(spec))
    path = tmp_path / "script.py"
    path.write_text(exports.script("clustering", geyser, recipe), encoding="utf-8")
    found = runpy.run_path(str(path))["model"]
    assert (found.means_ == model.means_).all()
    assert "log-likelihood" in capsys.readouterr().out


def test_the_notebook_runs_top_to_bottom(geyser):
    recipe = exports.Recipe(fits.code(MixtureSpec(2), geyser.dataset.numeric), fits.imports(MixtureSpec(2)))
    document = json.loads(exports.notebook("clustering", geyser, recipe))
    names = {}
    for cell in document["cells"]:
        if cell["cell_type"] == "code":
            exec(compile(cell["source"], "cell", "exec"), names)
    assert names["model"].n_components == 2


def test_script_and_notebook_say_on_top_where_the_engine_comes_from(geyser):
    recipe = exports.Recipe(fits.code(MixtureSpec(2), geyser.dataset.numeric), fits.imports(MixtureSpec(2)))
    document = ast.parse(exports.script("clustering", geyser, recipe))
    first = json.loads(exports.notebook("clustering", geyser, recipe))["cells"][0]
    assert "pip install ." in ast.get_docstring(document)
    assert first["cell_type"] == "markdown"
    assert "pip install ." in first["source"]


def test_a_link_holds_every_value_and_its_version():
    text = share.query({"a_k": 3, "a_on": True, "a_columns": ("x", "y & z")})
    assert text == "a_k=3&a_on=true&a_columns=x&a_columns=y+%26+z&v=1"


@pytest.mark.parametrize(
    ("head", "kind"),
    [(b"\x89PNG\r\n\x1a\n", "image"), (b"RIFF\0\0\0\0WAVE", "audio"), (b"RIFF\0\0\0\0WEBP", "image"),
     (b"\0\0\0\x18ftypmp42", "video"), (b"GIF89a", "video"),
     (b"a,b\n1,2\n", "table"), (b"PK\x03\x04", "table")],
)  # fmt: skip
def test_the_kind_of_a_file_is_told_by_its_bytes(head, kind):
    assert inputs.kind_of(head + bytes(32)) == kind


def test_text_from_files_is_shown_literally():
    assert inputs.literal("<b>$x$</b>") == r"\<b\>\$x\$\</b\>"


def test_what_is_folded_away_is_sent_once_it_is_opened():
    page = visit("clustering")
    assert [block.value for block in page.code] == []
    page.session_state["clustering_about"] = True
    page.run()
    assert len(page.code) == 1
    assert page.latex
    assert "from gmm_engine" in script(page)


FILES = {
    "background": ["Masks (MP4)", "Masks (ZIP of PNG)", "Background (PNG)"],
    "segmentation": ["All cut-outs (ZIP)", "Labels (PNG)", "Labels (NPY)", "Picture in mean colours (PNG)"],
    "speech": ["Audacity labels (TXT)"],
}


@pytest.mark.parametrize("name", FILES)
def test_every_file_of_a_page_stands_in_one_row(name):
    page = visit(name)
    offered = [button.label for button in page.get("download_button")]
    first, last = offered.index("Rows (CSV)"), offered.index("Report (HTML)")
    assert set(FILES[name]) <= set(offered[first:last])
    assert offered[-1] == "Notebook"
