"""What is fuzzed: for each reader its seeds, the words of its language, and the call."""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from gmm_engine import GaussianMixture
from gmm_engine.data import read_audio, read_image, read_table, read_video
from gmm_engine.data.archives import unpack
from gmm_engine.data.documents import read_json
from gmm_engine.data.encoding import to_utf8
from gmm_engine.data.limits import Limits
from tests.fuzz.media import films, pictures, recordings
from tests.fuzz.mutate import damaged, damaged_json, damaged_media, damaged_zip
from tests.fuzz.sums import members, packed

LIMITS = Limits(
    upload_bytes=1_000_000, decoded_bytes=50_000_000, rows=100_000, columns=500, decode_seconds=10
)


@dataclass(frozen=True)
class Target:
    """`read` gets damaged bytes; it may return or raise `GMMError`, nothing else.

    A worker runs `batch` cases and reports every `stride` cases. `modules` are what the
    decoder imports.
    """

    seeds: Callable[[], list[bytes]]
    read: Callable[[bytes], object]
    tokens: list[bytes] = field(default_factory=list)
    batch: int = 20_000
    stride: int = 50
    damage: Callable[[list[bytes], list[bytes], int, int], bytes] = damaged
    modules: tuple[str, ...] = ()

    def case(self, seeds: list[bytes], number: int) -> bytes:
        """The bytes of one case, always the same for the same number."""
        return self.damage(seeds, self.tokens, number, LIMITS.upload_bytes)


def _frame() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(5, 2, (6, 3)).round(2), columns=["length", "Größe", "x"])
    return frame.assign(
        kind=["a", "b, c", 'say "d"'] * 2, day=pd.date_range("2024-01-30", periods=6).astype(str)
    )


def _texts() -> list[bytes]:
    frame = _frame()
    plain = frame.to_csv(index=False)
    money = 'price,share\n"$ 1,234.50",12 %\n(42),"1 234"\n€ 3,-\n'
    return [
        plain.encode(),
        frame.to_csv(index=False, sep=";", decimal=",").encode("cp1252"),
        frame.to_csv(index=False, sep="\t").encode("utf-16"),
        frame.to_csv(index=False, header=False, sep="|").encode(),
        frame[["length", "x"]].to_csv(index=False, sep=" ").encode(),
        money.encode(),
        b"sep=;\n# May\nday;v\n31/12/24 10:30;1\n01/01/25 11:00;2\n",
        b"1\n2\n3.5\n",
    ]


def _archives() -> list[bytes]:
    text = _texts()[0]
    archive = packed({"notes.md": b"hello", "table.csv": text})
    return [
        gzip.compress(text, mtime=0),
        pa.compress(text, "zstd", asbytes=True),
        archive,
        *_workbooks(),
        *_parquets(),
        *_texts()[:3],
    ]


def _workbooks() -> list[bytes]:
    out = io.BytesIO()
    _frame().to_excel(out, index=False)
    files = members(out.getvalue())
    about = "docProps/core.xml"  # it holds the time of day
    return [packed(files | {about: re.sub(rb"20[\d:TZ-]+", b"2024-01-01T00:00:00Z", files[about])})]


def _parquets() -> list[bytes]:
    frame = _frame().assign(kind=pd.Categorical(_frame()["kind"]), n=np.arange(6))
    table = pa.Table.from_pandas(frame, preserve_index=False)
    found = []
    for compression in ("none", "snappy", "zstd"):
        out = io.BytesIO()
        pq.write_table(table, out, compression=compression)
        found.append(out.getvalue())
    return found


def _models() -> list[bytes]:
    X = np.random.default_rng(2).normal(size=(60, 2)) + np.repeat([[0.0], [6.0]], 30, axis=0)
    fits = [
        GaussianMixture(2, covariance_type=kind, random_state=0).fit(X) for kind in ("full", "diag", "VVE")
    ]
    return [json.dumps(fit.to_dict()).encode() for fit in fits]


def _read_model(data: bytes) -> None:
    model = GaussianMixture.from_dict(read_json(data, limits=LIMITS))
    model.score_samples(np.zeros((2, model.n_features_in_)))


def _read_guards(data: bytes) -> None:
    inner, what, _ = unpack(data, LIMITS)
    if what == "text":
        to_utf8(inner)


def _image(data: bytes) -> None:
    assert read_image(data, limits=LIMITS).values.shape[2] == 3


def _audio(data: bytes) -> None:
    assert np.isfinite(read_audio(data, limits=LIMITS).values).all()


def _video(data: bytes) -> None:
    assert read_video(data, limits=LIMITS).values.shape[3] == 3


def _read_table(data: bytes) -> None:
    table = read_table(data, limits=LIMITS)
    assert len(set(table.columns)) == len(table.columns)
    assert not np.isinf(table.matrix()).any()


_MARKS = [
    b",",
    b";",
    b"\t",
    b"|",
    b'"',
    b"\n",
    b"\r\n",
    b"\r",
    b" ",
    b"#",
    b"sep=",
    b"\0",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
]
_NUMERALS = [b"1,5", b"1.234,5", b"-", b"nan", b"inf", b"1e5", "€".encode(), b"$", b"%", b"("]
_CELLS = [*_MARKS, *_NUMERALS, b"2024-01-01", b"1/2/24", b"Jan 3, 2024", b"10:30", b"\xe9"]
_JSON = [
    b"[",
    b"]",
    b"{",
    b"}",
    b",",
    b":",
    b"null",
    b"true",
    b'"',
    b"[" * 2000,
    b'"weights"',
    b'"means"',
    b"1e308",
]
_XML = [
    b"<c>",
    b"</c>",
    b"<row>",
    b'r="XFD1048576"',
    b't="s"',
    b'count="999999999"',
    b"&amp;",
    b"<!DOCTYPE x>",
]
_HEADERS = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x07", b"\x1f\x8b\x08", b"PAR1", b"\x28\xb5\x2f\xfd"]


def _media(seeds, read, tokens, modules, damage=damaged_media) -> Target:
    """Formats read in a process of their own: each case is noted before it runs."""
    return Target(seeds, read, tokens, batch=5000, stride=1, damage=damage, modules=tuple(modules))


TARGETS = {
    "table": Target(_texts, _read_table, _CELLS),
    "model": Target(_models, _read_model, _JSON, damage=damaged_json),
    "guards": Target(_archives, _read_guards, _HEADERS),
    "xlsx": _media(_workbooks, _read_table, [*_XML, b"PK\x03\x04", b"PK\x01\x02"], ["openpyxl"], damaged_zip),
    "parquet": _media(_parquets, _read_table, [b"PAR1"], ["pyarrow.parquet"]),
    "image": _media(pictures, _image, [b"IHDR", b"IDAT", b"\xff\xda", b"VP8L"], ["PIL.ImageOps", "pi_heif"]),
    "audio": _media(recordings, _audio, [b"data", b"fmt ", b"OggS", b"fLaC"], ["soundfile", "av"]),
    "video": _media(films, _video, [b"moov", b"mdat", b"stsz", b"GIF89a"], ["av", "PIL.Image"]),
}
