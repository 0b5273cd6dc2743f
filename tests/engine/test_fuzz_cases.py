"""The fuzzers' cases: the same bytes for the same number, and damage that reaches the decoders."""

import pytest

from gmm_engine.errors import GMMError
from tests.fuzz.sums import corrected, members, packed
from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("reader", TARGETS)
def test_a_case_is_the_same_every_time(reader):
    target = TARGETS[reader]
    seeds, again = target.seeds(), target.seeds()
    assert seeds == again
    assert target.case(seeds, 8) == target.case(again, 8) != target.case(seeds, 9)


@pytest.mark.parametrize("reader", ["image", "audio"])
def test_sums_that_were_right_stay(reader):
    for seed in TARGETS[reader].seeds():
        assert corrected(seed) == seed


def test_wrong_sums_are_put_right():
    png = next(seed for seed in TARGETS["image"].seeds() if seed.startswith(b"\x89PNG"))
    assert corrected(png[:-4] + b"\0\0\0\0") == png


def test_archives_are_packed_again():
    (book,) = TARGETS["xlsx"].seeds()
    assert packed(members(book)) == book


def test_undamaged_seeds_are_read_and_damaged_ones_refused_with_a_sentence():
    for reader in ("table", "image"):
        target = TARGETS[reader]
        for seed in target.seeds():
            target.read(seed)
        with pytest.raises(GMMError):
            target.read(target.seeds()[1][:7])
