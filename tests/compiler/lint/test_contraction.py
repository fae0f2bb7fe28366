"""A contraction of one factor, at which stock MACE stops for one element: where it does, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from crystals import Crystal
from linting import codes


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("max_L: 1\nmax_ell: 2\nnum_channels: 14\n", True),
        ("max_L: 1\nmax_ell: 2\nnum_channels: 13\n", False),
        ("max_L: 2\nnum_channels: 25\n", True),
        ("max_L: 2\nnum_channels: 24\n", False),
        ("max_L: 1\n", True),
        ("", True),
        ("num_channels: 64\n", True),
        ("max_L: 0\n", False),
        ("hidden_irreps: 32x0e + 32x1o\n", True),
        ("hidden_irreps: 32x0e + 32x2e\n", False),
        ("hidden_irreps: 32x0e\n", False),
        ("max_ell: 1\nmax_L: 1\n", False),
        ("num_interactions: 1\n", False),
    ],
)
def test_a_contraction_of_one_factor_that_stops_for_one_element_is_named(
    options: str, said: bool, tmp_path: Path
) -> None:
    (tmp_path / "t.xyz").write_text(Crystal(8).text())
    (tmp_path / "v.xyz").write_text(Crystal(4, seed=3).text())
    files = "name: x\ntrain_file: t.xyz\nvalid_file: v.xyz\nE0s: average\nbatch_size: 4\nvalid_batch_size: 4\n"
    assert codes(f"{files}correlation: 1\n{options}", tmp_path) == ["MLP1125"] * said
    assert codes(f"{files}correlation: 2\n{options}", tmp_path) == []
    for name, crystal in (("t.xyz", Crystal(8)), ("v.xyz", Crystal(4, seed=3))):
        (tmp_path / name).write_text(replace(crystal, elements=("Cu", "Au")).text())
    assert "MLP1125" not in codes(f"{files}correlation: 1\n{options}", tmp_path)
