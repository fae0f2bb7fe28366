"""What several splits show of one field is one finding; what is about files, or is mended otherwise, stays apart."""

from __future__ import annotations

from mlipilot.compiler.data.merging import together
from mlipilot.compiler.data.question import Anchor, Finding

R_MAX = Anchor("r_max")


def test_what_other_splits_show_of_a_field_stands_in_the_notes_of_the_first() -> None:
    found = [
        Finding("MLP1041", "all training frames", R_MAX, "at 2 Å", "a longer one", ("frames 0",)),
        Finding("MLP1041", "all test frames", R_MAX, "at 3 Å", "a longer one", ("frames 1",)),
    ]
    (merged,) = together(found)
    assert (merged.headline, merged.label) == ("all training frames", "at 2 Å")
    assert merged.notes == ("frames 0", "also, all test frames", "frames 1")


def test_findings_of_other_codes_fields_and_files_stay_apart() -> None:
    found = [
        Finding("MLP1041", "a", R_MAX),
        Finding("MLP1042", "b", R_MAX),
        Finding("MLP1041", "c", Anchor("energy")),
        Finding("MLP1047", "d", Anchor("file", "train", 0)),
        Finding("MLP1047", "e", Anchor("file", "train", 0)),
    ]
    assert together(found) == found


def test_findings_that_are_mended_otherwise_stay_apart() -> None:
    found = [
        Finding("MLP1003", "a", Anchor("energy"), replacement="dft_energy"),
        Finding("MLP1003", "b", Anchor("energy"), replacement="energy"),
    ]
    assert together(found) == found
