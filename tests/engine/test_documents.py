"""A JSON document is read, or what is wrong with it is said."""

from dataclasses import replace

import pytest

from gmm_engine import GaussianMixture
from gmm_engine.data.documents import read_json
from gmm_engine.data.limits import LIMITS
from gmm_engine.errors import DataError, UploadError
from tests.data_dir import shared_file


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b'{"a": [1, 2', "cut short: .* line 1, character 12"),
        (b"[" * 100_000, "nested"),
        (b"\x80\x81", "bytes"),
        (b"9" * 10_000, "numbers"),
        (b"[" + b"0," * 600 + b"0]", "limit"),
    ],
)
def test_what_is_no_document_is_refused(data, word):
    limits = LIMITS if len(data) != 1203 else replace(LIMITS, document_bytes=1000)
    with pytest.raises(UploadError, match=word):
        read_json(data, limits=limits)


@pytest.mark.parametrize("name", ["model_truncated.json", "model_wrong_shapes.json"])
def test_an_ugly_model_is_refused(name):
    with pytest.raises(DataError, match=r"JSON|model|weights|means|covarian"):
        GaussianMixture.from_dict(read_json(shared_file(f"ugly/{name}")))
