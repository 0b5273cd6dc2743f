"""A visit as a program sees it: a websocket for the session, HTTP for everything else."""

from __future__ import annotations

import http.client
import re
import uuid
from types import TracebackType
from typing import Any

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

BOUNDARY = "frontier"
PATIENCE = 60.0


class Visit:
    """A session of its own; `words` are all messages of the last run, as text, `problems` its errors."""

    def __init__(self, port: int, page: str = "", query: str = "", cookie: str = "") -> None:
        host = f"127.0.0.1:{port}"
        self.port = port
        headers = {"Cookie": cookie} if cookie else {}
        self.socket = connect(
            f"ws://{host}/_stcore/stream", subprotocols=["streamlit"], max_size=None, origin=f"http://{host}",
            additional_headers=headers, open_timeout=PATIENCE,
        )  # fmt: skip
        self.session, self.page_hash, self.words = "", "", ""
        self.widgets: dict[str, str] = {}
        self.problems: list[str] = []
        message = BackMsg()
        message.rerun_script.page_name, message.rerun_script.query_string = page, query
        self.send(message)

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: type[BaseException] | TracebackType | BaseException | None) -> None:
        self.socket.close()

    def send(self, message: BackMsg) -> str:
        """Send one message and wait for the end of the run it starts."""
        self.socket.send(message.SerializeToString())
        self.words, self.problems = "", []
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(self.socket.recv(PATIENCE))
            kind = answer.WhichOneof("type")
            self.words += str(answer)
            if kind == "new_session":
                self.session = answer.new_session.initialize.session_id or self.session
            elif kind == "navigation":
                self.page_hash = answer.navigation.page_script_hash
            elif kind == "delta":
                self._complain(answer.delta.new_element)
                self._note(answer.delta.new_element)
            elif kind == "script_finished" and answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return self.words

    def change(self, **fields: dict[str, Any]) -> str:
        """Rerun with widgets set: ``label={"string_value": "x"}``, underscores for blanks."""
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page_hash
        for label, values in fields.items():
            state = message.rerun_script.widget_states.widgets.add(id=self.widgets[label.replace("_", " ")])
            for name, value in values.items():
                if name.endswith("array_value"):
                    getattr(state, name).data[:] = value
                else:
                    setattr(state, name, value)
        return self.send(message)

    def give(self, label: str, content: bytes, name: str) -> str:
        """Upload a file and tell the page's uploader of it, as a browser does."""
        file = uuid.uuid4().hex
        assert self.upload(content, file, "x") == 204
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page_hash
        state = message.rerun_script.widget_states.widgets.add(id=self.widgets[label])
        info = state.file_uploader_state_value.uploaded_file_info.add(
            name=name, size=len(content), file_id=file
        )
        info.file_urls.file_id = file
        return self.send(message)

    def upload(self, content: bytes, file: str = "invented", name: str = "x.csv", **options: Any) -> int:
        """PUT a file under an id of our own; the status."""
        return put(self.port, f"/_stcore/upload_file/{self.session}/{file}", content, name, **options)

    def _complain(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.problems.append(element.exception.message)
        elif kind == "alert" and element.alert.format == Alert.ERROR:
            self.problems.append(element.alert.body)

    def _note(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        widget = getattr(element, kind) if kind else None
        if hasattr(widget, "label") and hasattr(widget, "id"):
            self.widgets[widget.label] = widget.id


def request(
    port: int, path: str, method: str = "GET", body: Any = None, headers: dict[str, str] | None = None
):
    """(status, headers, body) of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(
            method, path, body, headers or {}, encode_chunked=not isinstance(body, bytes | None)
        )
        answer = connection.getresponse()
        return answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def put(port: int, path: str, content: bytes, name: str = "x.csv", *, chunked: bool = False) -> int:
    """Send a file as a browser would, or in chunks without saying how long it is."""
    _, headers, _ = request(port, "/_stcore/health")
    token = re.search(r"_streamlit_xsrf=([^;]+)", headers.get("set-cookie", ""))
    said = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    if token:
        said |= {"X-Xsrftoken": token[1], "Cookie": f"_streamlit_xsrf={token[1]}"}
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'
    body = head.encode("utf-8", "surrogateescape") + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    if chunked:
        said["Transfer-Encoding"] = "chunked"
        return request(port, path, "PUT", (body[i : i + 65_536] for i in range(0, len(body), 65_536)), said)[
            0
        ]
    return request(port, path, "PUT", body, said)[0]
