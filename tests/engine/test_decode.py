"""A decoder may crash, hang, swell or lie; the caller gets a value or an UploadError."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gmm_engine.data._decode import isolated
from gmm_engine.data.limits import LIMITS
from gmm_engine.errors import UploadError

_PATH = Path(__file__).with_name("hostile_decoders.py")
_SPEC = importlib.util.spec_from_file_location("hostile_decoders", _PATH)
hostile = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(hostile)


def test_facts_and_arrays_come_back():
    decoded = isolated(hostile.echo, b"\x01\x02\x03", scale=0.5)
    assert decoded.facts == {"size": 3}
    assert decoded.arrays["scaled"].tolist() == [0.5, 1.0, 1.5]
    assert decoded.arrays["empty"].shape == (0, 3)
    assert decoded.arrays["empty"].dtype == np.float64


def test_a_chatty_decoder_does_not_garble_the_answer():
    assert isolated(hostile.chatter, b"").facts == {"fine": True}


@pytest.mark.parametrize(
    ("decoder", "words"),
    [
        (hostile.refuse, "Page 7 is upside down"),
        (hostile.fail, r"says \(bad block at 12\)"),
        (hostile.crash, "damaged"),
        (hostile.hoard, "memory"),
        (hostile.lie, "damaged"),
        (hostile.lie_in_json, "damaged"),
    ],
)
def test_a_failing_decoder_becomes_a_sentence(decoder, words):
    with pytest.raises(UploadError, match=words):
        isolated(decoder, b"abc")


@pytest.mark.parametrize("decoder", [hostile.hang, hostile.spin])
def test_an_endless_decoder_is_ended(decoder):
    with pytest.raises(UploadError, match="seconds"):
        isolated(decoder, b"", replace(LIMITS, decode_seconds=0.7))


def test_more_than_the_allowed_bytes_are_never_received():
    with pytest.raises(UploadError, match="200 MB; the limit is 50 MB"):
        isolated(hostile.swell, b"", replace(LIMITS, decoded_bytes=50_000_000))


def test_the_child_writes_no_file(tmp_path):
    with pytest.raises(UploadError):
        isolated(hostile.write, b"", path=str(tmp_path / "out"))
    assert not (tmp_path / "out").exists() or not (tmp_path / "out").stat().st_size


def test_the_child_is_light_and_sees_no_secrets(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "secret")
    assert isolated(hostile.heavy, b"").facts["modules"] == []
    assert "DATABASE_URL" not in isolated(hostile.environment, b"").facts
