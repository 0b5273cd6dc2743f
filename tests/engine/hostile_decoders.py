"""Decoders that misbehave, for the tests of the decoder process."""

import os
import signal
import time

import numpy as np


def echo(source, *, scale):
    data = np.frombuffer(source.read(), np.uint8)
    return {"size": data.size}, {"scaled": data.astype(np.float64) * scale, "empty": np.zeros((0, 3))}


def chatter(source):
    os.write(1, b"progress: 100 %\n")
    print("done")
    return {"fine": True}, {}


def refuse(source):
    from gmm_engine.errors import UploadError

    raise UploadError("Page 7 is upside down.")


def fail(source):
    raise RuntimeError("bad block\nat 12")


def crash(source):
    os.kill(os.getpid(), signal.SIGSEGV)


def hang(source):
    time.sleep(600)


def spin(source):
    while True:
        pass


def swell(source):
    return {}, {"zeros": np.zeros(200_000_000, np.uint8)}


def hoard(source):
    return {}, {"zeros": np.ones(10**12, np.uint8)}


def write(source, *, path):
    with open(path, "w") as file:
        file.write("x")
    return {}, {}


def heavy(source):
    import sys

    return {
        "modules": [name for name in sys.modules if name.startswith(("streamlit", "numba", "sklearn"))]
    }, {}


def environment(source):
    return dict(os.environ), {}


def lie(source):
    os.write(
        3, (60).to_bytes(8, "little") + b'{"facts": {}, "arrays": [["x", "O", [1]]]}'.ljust(60) + b"A" * 8
    )
    os._exit(0)


def lie_in_json(source):
    os.write(3, (9).to_bytes(8, "little") + b"[[[[[[[[[")
    os._exit(0)
