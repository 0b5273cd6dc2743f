"""What holds for every figure: Plotly takes it, and a file of it has colours and no markup of a visitor's."""

import re

import plotly.graph_objects as go
import plotly.io as pio
import pytest

from gmm_engine.figures import theme
from tests.engine import test_anomaly_figures, test_audio_figures, test_figures, test_table_figures

FIGURES = {
    f"{module.__name__.rpartition('.')[2]} {name}": make
    for module in (test_anomaly_figures, test_audio_figures, test_figures, test_table_figures)
    for name, make in module.FIGURES.items()
}


@pytest.mark.parametrize("make", FIGURES.values(), ids=FIGURES)
def test_a_figure_passes_plotlys_validation(make):
    go.Figure(make().to_dict())


@pytest.mark.parametrize("make", FIGURES.values(), ids=FIGURES)
def test_a_file_holds_no_theme_token(make):
    text = pio.to_json(theme.concrete(make()), validate=False)
    assert "#0000" not in text
    assert "<b>" not in text


@pytest.mark.parametrize("make", FIGURES.values(), ids=FIGURES)
def test_numbers_in_a_hover_end_without_zeros(make):
    assert not re.search(r"%\{[^}]*:\.\dg\}", pio.to_json(make(), validate=False))
