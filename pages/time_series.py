"""Time series: regimes with memory, strange rows, and a forecast that is checked on its past."""

from pages._ui import controls, exports, layout
from pages._ui.time_series import series, series_views

ABOUT = layout.About(
    idea="""
A regime is a component of a Gaussian mixture that stays for a while. The plain mixture looks
at each row alone; a **hidden Markov model** is the same mixture with memory: regime $i$ is
followed by regime $j$ with probability $A_{ij}$, so a row is judged together with its
neighbours. The forward-backward recursion gives each row's probabilities, EM the parameters,
and BIC the number of regimes. A **strange row** is one that a small mixture of the rows before
it did not expect. The **forecast** pools simple forecasters, the regimes among them, by how
well each would have done at past origins.
""",
    formula=r"p(z_t = j \mid y_{1:n}) \propto \Big[\sum_i \alpha_{t-1}(i) A_{ij}\Big]\,"
    r"\mathcal{N}(y_t \mid \mu_j, \Sigma_j)\,\beta_t(j)",
    python="""from gmm_engine import RegimeModel
from gmm_engine.data import read_table
from gmm_engine.features.series import read_series

y = read_series(read_table("my_series.csv")).frame()
model = RegimeModel().fit(y)
print(model.n_regimes_, model.durations_, model.forecast(12))
print(model.smooth(y), model.anomaly_scores(y))""",
)
SHOW = ("Regimes", "Strange rows", "Forecast")

with layout.page("time_series", about=ABOUT) as screen:
    with screen.controls:
        source = series.source(screen)
        choice = series.chosen(screen, source)
        spec = series.asked(screen)

    shown = series.regimes(screen, source, choice, spec)
    found, (choice, spec) = shown.value, shown.spec

    with screen.results:
        series_views.notes(found)
        show = controls.choice(screen, "show", "Show", SHOW)
        if show == "Regimes":
            figures = series_views.regimes(screen, shown, spec.memory)
        elif show == "Strange rows":
            scores = series.strange(screen, shown.source, choice, found)
            figures = series_views.strange(screen, shown, scores)
        else:
            h = int(controls.slider(screen, "h", "Rows ahead", 1, 120, 24, help="How far the fan reaches."))
            column = found.series.columns[series_views.drawn_column(screen, found)]
            fan, past = series.forecast(screen, shown.source, choice, found, column, h)
            figures = series_views.forecast(screen, shown, column, fan, past)
        exports.offer(
            screen, shown.source,
            rows=lambda: series.labelled(shown.source, found),
            model=found.model.to_dict,
            figures=figures,
            recipe=exports.Recipe(series.code(choice, spec, show), series.IMPORTS),
        )  # fmt: skip
