"""Write docs/settings.md from the settings themselves: ``python -m docs.make_settings``."""

from __future__ import annotations

from pathlib import Path

from pages._ui.settings import IDLE_MEGABYTES, Settings, load, table

PAGE = Path(__file__).with_name("settings.md")


def text() -> str:
    """The whole page."""
    sums = [f"{load({'GMM_PROFILE': name}).memory_megabytes():,}" for name in ("local", "hosted")]
    kept = Settings()
    return f"""# Settings

Every limit is a field of `pages/_ui/settings.py`. `GMM_PROFILE=hosted` chooses the values for
a public machine with 1 GB of memory; a variable of its own overrides any single field. A
value that is no positive number ends the start with a sentence that names the variable.

{table()}

## Memory

The most a server holds is what it takes idle ({IDLE_MEGABYTES} MB), every store and every upload
full, every job at its limit, and every decoder with a whole file: {sums[1]} MB in the hosted
profile, up to {sums[0]} MB in the local one. A job's need is estimated from its rows or pixels
before it starts; one that needs more is refused with both numbers. When all visitors together
keep too much, the results used longest ago are forgotten (they can be made again); files never
are, so a new file may be refused.

## Saved results

They are forgotten after {kept.share_days:g} days. `GMM_DATABASE` is a SQLAlchemy URL, such as
`postgresql://studio:password@host/studio`; without it they lie in `saved/studio.db` beside the app.
The tables are made, and brought up to date, by the first server that uses the database.
"""


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
