"""What a page shows in numbers, and what its Python finds."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

# Signs and separators as people read them, to those that Python reads.
PLAIN = str.maketrans({"\N{MINUS SIGN}": "-", ",": None})


def numbers(page: AppTest) -> dict[str, str]:
    """The page's key figures by their label, minus signs and thousands as Python writes them."""
    labels = [metric.label.replace("\N{NO-BREAK SPACE}", " ") for metric in page.metric]
    return dict(zip(labels, (metric.value.translate(PLAIN) for metric in page.metric), strict=True))


def executed(page: AppTest) -> dict[str, Any]:
    """The names that the script under *Reproduce in Python* leaves."""
    return ran(script(page))


def script(page: AppTest) -> str:
    """What the panel *Reproduce in Python* shows once it is opened."""
    (panel,) = [each for each in page.expander if each.label == "Reproduce in Python"]
    key = panel.proto.id.rpartition("-")[2]
    if not page.session_state[key]:
        page.session_state[key] = True
        page.run()
    return str(page.code[-1].value)


def ran(code: str) -> dict[str, Any]:
    """The names that a script leaves."""
    names: dict[str, Any] = {}
    exec(compile(code, "reproduced", "exec"), names)
    return names
