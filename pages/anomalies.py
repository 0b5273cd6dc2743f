"""Anomalies: the rows that do not belong, where strange begins, and why each one is strange."""

from pages._ui import exports, inputs, layout
from pages._ui.anomalies import anomaly_fits, anomaly_lines, anomaly_views

ABOUT = layout.About(
    idea="""
A row is strange where the density of ordinary rows is low: its **surprise** is minus the log
density, in nats. One mixture alone is easily fooled, since anomalies pull components towards
themselves. So several mixtures, from coarse to fine, are shaped by the rows that are ordinary
beyond doubt, and the mean of their surprises counts. By the chain rule of probability every
surprise is a sum over the columns, each given the others before it; averaged over orders of
the columns this says **which values** make a row strange, and a conditional mean says what would
have been ordinary in their place.
""",
    formula=r"s(x) = -\sum_v a_v \log p_v(x), \qquad "
    r"s(x) = \sum_{f} \operatorname{mean}_{\text{orders}} "
    r"\Big[-\sum_v a_v \log p_v\big(x_f \mid x_{\text{before } f}\big)\Big]",
    python="""from gmm_engine import MixtureOutlierDetector
from gmm_engine.data.examples import EXAMPLES

X = EXAMPLES["Card payments"].load().matrix()
model = MixtureOutlierDetector(threshold="false_alarms", level=0.005).fit(X)
strange = X[model.predict(X) == -1]
print(strange, model.explain(strange).surprise)""",
)

with layout.page("anomalies", about=ABOUT) as screen:
    with screen.controls:
        source = inputs.table(screen, default="Card payments")
        spec, other = anomaly_fits.ask(screen, source)

    shown = anomaly_fits.fitted(screen, source, spec, other)
    found = shown.value

    with screen.controls:
        line = anomaly_lines.ask(screen, shown)

    with screen.results:
        anomaly_lines.told(shown, line)
        anomaly_lines.drag(screen, shown, line)
        figures = anomaly_views.everything(screen, shown, line)
        anomaly_views.second(screen, shown, line)
        exports.offer(
            screen, shown.source,
            rows=lambda: found.flagged(shown.source.dataset.values, line.nats),
            model=lambda: found.model.to_dict() | {"columns": list(found.names)},
            figures=figures,
            tables={"Flagged rows (CSV)": lambda: anomaly_views.only_flagged(shown, line)},
            recipe=anomaly_views.recipe(shown, line),
        )  # fmt: skip
