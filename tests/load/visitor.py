"""One visitor over the websocket, without a browser: Streamlit's own messages."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

KINDS = ("slider", "number_input", "selectbox", "button_group", "button", "text_input")
PATIENCE = 120.0  # seconds without a word from the server


class Visitor:
    """A session that opens a page, changes controls and notes what it is told.

    Attributes
    ----------
    widgets : identifiers of the page's controls, by label.
    complaints : errors and tracebacks the page has shown.
    told : sentences beside progress bars, such as the place in the queue.
    """

    def __init__(self, socket: Any, page: str, query: str) -> None:
        self.socket, self.page, self.query = socket, page, query
        self.page_hash = ""
        self.widgets: dict[str, str] = {}
        self.complaints: list[str] = []
        self.told: list[str] = []
        self._values: dict[str, tuple[str, Any]] = {}
        self._known: set[str] = set()

    async def rerun(self, **values: float | str) -> float:
        """Change controls (by label, underscores for spaces) and wait for the run's end; milliseconds."""
        for label, value in values.items():
            self._values[label.replace("_", " ")] = self._spelled(value)
        started = time.perf_counter()
        await self.socket.send(self._request().SerializeToString())
        while not self._finished(await asyncio.wait_for(self.socket.recv(), PATIENCE)):
            pass
        return (time.perf_counter() - started) * 1000

    @staticmethod
    def _spelled(value: float | str) -> tuple[str, Any]:
        """Which field of the message carries the value."""
        if isinstance(value, str):
            return "string_value", value
        return ("double_array_value", value) if isinstance(value, int) else ("double_value", value)

    def _request(self) -> BackMsg:
        message = BackMsg()
        run = message.rerun_script
        run.page_script_hash = self.page_hash
        run.cached_message_hashes.extend(self._known)
        if not self.page_hash:
            run.page_name, run.query_string = self.page, self.query
        for label, (kind, value) in self._values.items():
            state = run.widget_states.widgets.add(id=self.widgets[label])
            if kind == "double_array_value":
                state.double_array_value.data[:] = [value]
            else:
                setattr(state, kind, value)
        return message

    def _finished(self, packet: bytes) -> bool:
        """Note what one message says; whether it ends the run."""
        message = ForwardMsg()
        message.ParseFromString(packet)
        if message.metadata.cacheable:
            self._known.add(message.hash)
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self.page_hash = message.navigation.page_script_hash
        elif kind == "delta":
            self._note(message.delta.new_element)
        elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            self.complaints.append("the script does not compile")
        return bool(kind == "script_finished")

    def _note(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind in KINDS:
            widget = getattr(element, kind)
            self.widgets[widget.label] = widget.id
        elif kind == "exception":
            self.complaints.append(element.exception.message)
        elif kind == "alert" and element.alert.format == element.alert.ERROR:
            self.complaints.append(element.alert.body)
        elif kind == "progress":
            self.told.append(element.progress.text)


@asynccontextmanager
async def visit(port: int, page: str, query: str = "") -> AsyncIterator[Visitor]:
    """A visitor of the page of that name, by a link with that query; leaves at the end."""
    host = f"127.0.0.1:{port}"
    async with websockets.connect(
        f"ws://{host}/_stcore/stream",
        subprotocols=["streamlit"],
        max_size=None,
        origin=f"http://{host}",
        open_timeout=PATIENCE,
        ping_timeout=PATIENCE,
    ) as socket:
        yield Visitor(socket, page, query)
