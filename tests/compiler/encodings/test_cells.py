"""Which cells a benchmark has, and which of them are compared."""

from __future__ import annotations

from itertools import chain

import pytest
from encoding_blocks import factors_of

from mlipilot.compiler.encodings.cells import GROUPS, Factors, cells, cells_of_group, pairs
from mlipilot.runtime.encodings.controls.table import CONTROLS
from mlipilot.spec.schema.encoding import TIERS

WHOLE = factors_of(
    "amplitude, angle(axis = z)",
    "same_head(raw, fourier), same_kernel(rbf), adaptive(svm)",
    "scaling = [none, standard], dimension = [native, sketched(8)], heads = [linear, neighbours]",
)


def test_each_encoding_meets_each_control_under_the_heads_of_its_tier() -> None:
    found = pairs(WHOLE)
    by_tier = {tier: [pair for pair in found if pair.tier == tier] for tier in ("same_head", "same_kernel", "adaptive")}
    assert len(by_tier["same_head"]) == 2 * 2 * 2 * 2 * 2  # encodings, controls, scalings, dimensions, heads
    assert {pair.encoding.head for pair in by_tier["same_head"]} == {"linear", "neighbours"}
    assert len(by_tier["same_kernel"]) == 2 * 2  # a kernel has no features to be sketched
    assert {pair.encoding.head for pair in by_tier["same_kernel"]} == {"kernel"}
    assert len(by_tier["adaptive"]) == 2 * 2 * 2
    assert {(pair.encoding.head, pair.control.head) for pair in by_tier["adaptive"]} == {("linear", "")}
    assert all(pair.encoding.scaling == pair.control.scaling for pair in found)


def test_a_control_of_the_same_head_belongs_to_the_encoding_whose_dimension_it_has() -> None:
    for pair in pairs(WHOLE):
        assert pair.control.matched == (pair.encoding.arm if pair.control.arm == "fourier" else "")


def test_a_cell_that_meets_several_stands_once() -> None:
    found = cells(pairs(WHOLE))
    assert len(set(found)) == len(found)
    assert sum(cell.arm == "raw" for cell in found) == 2 * 2 * 2
    assert sum(cell.arm == "fourier" for cell in found) == 2 * 2 * 2 * 2
    assert sum(cell.arm == "svm" for cell in found) == 2


@pytest.mark.parametrize(
    "factors",
    [
        WHOLE,
        factors_of("amplitude", "adaptive(svm)", "heads = [linear, neighbours]"),
        factors_of("amplitude, basis", "same_kernel(rbf, cosine)", "dimension = [native, sketched(8)]"),
        factors_of("angle", "same_head(raw)"),
    ],
)
def test_groups_have_the_cells_of_all_pairs_and_no_others(factors: Factors) -> None:
    grouped = [cells_of_group(factors.of_group(group)) for group in GROUPS]
    found = list(chain.from_iterable(grouped))
    assert len(set(found)) == len(found)
    assert set(found) == set(cells(pairs(factors)))
    assert all(cell.group == group for group, own in zip(GROUPS, grouped, strict=True) for cell in own)


def test_what_another_group_is_asked_for_changes_no_group() -> None:
    fewer = WHOLE._replace(controls=tuple(control for control in WHOLE.controls if control.tier != "adaptive"))
    for group in GROUPS[:2]:
        assert WHOLE.of_group(group) == fewer.of_group(group)
    assert Factors.read(WHOLE.document()) == WHOLE


def test_the_controls_that_have_the_dimension_of_an_encoding_are_those_that_are_made_so() -> None:
    every = ", ".join(control.name for control in TIERS[0].controls)
    found = pairs(factors_of("angle", f"same_head({every})"))
    own = {pair.control.arm for pair in found if not pair.control.matched}
    made = {name for name, control in CONTROLS.items() if control.tier == "same head" and control.width == "own"}
    assert own == made
