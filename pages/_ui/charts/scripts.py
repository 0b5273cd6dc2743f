"""The scripts of the charts: ours, and Plotly's library in two sizes.

`library/` holds the part of it that nearly all figures need: a quarter of the whole, read and run
by the browser in a tenth of the time. The whole one, as the package ships it, is fetched for the
first figure with more in it, such as clouds of points in space.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import plotly
from starlette.responses import FileResponse
from starlette.routing import Route

HERE = Path(__file__).parent
FILES = {
    "light.js": HERE / "library" / "plotly-light.min.js",
    "whole.js": Path(plotly.__file__).parent / "package_data" / "plotly.min.js",
    "chart.js": HERE / "chart.js",
    "look.js": HERE / "look.js",
    "arrivals.js": HERE / "arrivals.js",
    "ahead.js": HERE / "ahead.js",
}
FOREVER = {"cache-control": "public, max-age=31536000, immutable"}
_served = False


@cache
def folder() -> str:
    """Where the scripts are found, relative to the app's address; another one for other scripts."""
    content = plotly.__version__.encode() + b"".join(
        path.read_bytes() for name, path in FILES.items() if name != "whole.js"
    )
    return f"studio/static/{hashlib.sha256(content).hexdigest()[:12]}"


LOADER = f"""const scripts = import(new URL("{folder()}/chart.js", document.baseURI));
export default async (mount) => (await scripts).show(mount);"""


def routes() -> list[Route]:
    """For the server; from now on `served` is true."""
    global _served
    _served = True

    def route(name: str, path: Path) -> Route:
        async def send(_: object) -> FileResponse:
            return FileResponse(path, media_type="text/javascript", headers=FOREVER)

        return Route(f"/{folder()}/{name}", send)

    return [route(*row) for row in FILES.items()]


def served() -> bool:
    """Whether this process's server has the `routes`."""
    return _served
