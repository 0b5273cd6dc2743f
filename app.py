"""The server: entry script, warm-up, security headers, upload caps, error sentences.

``streamlit run app.py`` finds `app`. `pages/_ui/main.py` runs by itself as well.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import anyio  # noqa: E402
import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402

from pages._ui import layout  # noqa: E402
from pages._ui.charts import scripts  # noqa: E402
from pages._ui.saving import visitors  # noqa: E402
from pages._ui.server import delivery, gatekeeper, guard, warm, wire  # noqa: E402


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Warm up before the first visitor is let in."""
    wire.speak_at_once()
    wire.hear_no_other_site()
    wire.take_short_turns()
    await anyio.to_thread.run_sync(warm.start)
    yield


app = st.App(
    ROOT / "pages" / "_ui" / "main.py",
    lifespan=lifespan,
    routes=scripts.routes(),
    middleware=[
        Middleware(guard.SecurityHeaders),
        Middleware(gatekeeper.PrivateMetrics),
        Middleware(gatekeeper.RateLimit),
        Middleware(visitors.VisitorCookie),
        Middleware(guard.UploadCap),
        Middleware(delivery.Delivery),
    ],
    on_script_error=layout.report_bug,
)
