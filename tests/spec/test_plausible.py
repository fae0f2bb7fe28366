"""Plausible ranges: every physical number of the schema has one, or a reason for none, and it holds what is usual."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest

from mlipilot.spec.schema import BLOCKS, METRICS
from mlipilot.spec.schema.document import reals, schema_reference
from mlipilot.spec.schema.json_schema import json_schema
from mlipilot.spec.schema.plausible import IN_STEPS, Plausible, in_base_units
from mlipilot.spec.schema.types import Real
from mlipilot.spec.units import BASE_UNITS, NAMED, PLAIN, Unit, unit

PHYSICAL_WITHOUT_A_UNIT = (
    "dataset.strain",
    "stage.lr",
    "training.weight_decay",
    "training.ema",
    "training.clip",
    "stage.loss.energy",
    "stage.loss.delta",
    "stage.scheduler.gamma",
    "stage.scheduler.factor",
    "survival",
    "relative_speed",
    "lattice_constant_error",
    "bulk_modulus_error",
)


def numbers() -> Iterator[tuple[str, Real]]:
    """Every real number that a spec can give: of fields, arguments, list items and thresholds, by its place."""
    for schema in BLOCKS.values():
        for field in schema.fields:
            yield from reals(f"{schema.kind}.{field.name}", field.type)
    for metric in METRICS.values():
        yield metric.name, metric.threshold


NUMBERS = list(dict.fromkeys(numbers()))
RANGED = [(name, type_, type_.plausible) for name, type_ in NUMBERS if type_.plausible is not None]


def inside(likely: Plausible, text: str) -> bool:
    return not likely.beyond(in_base_units(text.replace("%", " %").replace("  ", " ")))


def test_every_number_with_a_dimension_has_a_range_or_a_reason_for_none() -> None:
    physical = [(name, type_) for name, type_ in NUMBERS if NAMED[type_.dimension] != PLAIN]
    assert len(physical) > 20
    assert [name for name, type_ in physical if type_.plausible is None] == []


def test_the_numbers_without_a_unit_that_decide_a_run_have_one_too() -> None:
    ranged = {name for name, _, _ in RANGED}
    assert [name for name in PHYSICAL_WITHOUT_A_UNIT if name not in ranged] == []


@pytest.mark.parametrize(("name", "type_", "likely"), RANGED, ids=[name for name, _, _ in RANGED])
def test_a_range_has_reason_and_source_and_ends_of_its_dimension(name: str, type_: Real, likely: Plausible) -> None:
    assert len(likely.reason) > 20
    assert len(likely.source) > 5
    for end in (likely.low, likely.high):
        if end is None:
            continue
        word = end.partition(" ")[2]
        found = unit(word) if word else None
        dimension = found.dimension if isinstance(found, Unit) else PLAIN
        assert dimension == NAMED[type_.dimension], name
    if likely.low is not None and likely.high is not None:
        assert in_base_units(likely.low) < in_base_units(likely.high)


@pytest.mark.parametrize(("name", "type_", "likely"), RANGED, ids=[name for name, _, _ in RANGED])
def test_a_range_lies_within_what_the_field_can_have(name: str, type_: Real, likely: Plausible) -> None:
    low, high = (None if end is None else in_base_units(end) for end in (likely.low, likely.high))
    least, most = type_.minimum or type_.above, type_.maximum or type_.below
    assert low is None or least is None or low >= Fraction(least)
    assert high is None or most is None or high <= Fraction(most)


def test_defaults_and_examples_are_plausible() -> None:
    told = [
        (f"{schema.kind}.{field.name}", field.type.plausible, text)
        for schema in BLOCKS.values()
        for field in schema.fields
        if isinstance(field.type, Real) and field.type.plausible is not None
        for text in (field.default, field.type.example)
        if text
    ]
    assert len(told) > 10
    assert [(name, text) for name, likely, text in told if not inside(likely, text)] == []


def test_every_time_of_a_run_is_compared_with_its_step() -> None:
    runs = [schema for schema in BLOCKS.values() if any(field.name == "timestep" for field in schema.fields)]
    times = {
        place.rpartition(".")[2]
        for schema in runs
        for field in schema.fields
        for place, type_ in reals(field.name, field.type)
        if type_.dimension == "time"
    }
    assert len(runs) >= 3
    assert times - {"timestep"} == IN_STEPS.keys()
    assert all(len(steps.reason) > 10 for steps in IN_STEPS.values())


def test_the_reference_and_the_json_schema_tell_the_ranges() -> None:
    page = schema_reference()
    assert [name for name, _, likely in RANGED if likely.reason not in page] == []
    training = json_schema()["$defs"]["model.mace"]["properties"]["fields"]["properties"]
    assert training["r_max"]["x-plausible"]["high"] == "12 Å"


def test_a_number_is_compared_in_base_units_and_the_ends_are_plausible() -> None:
    likely = Plausible("10 fs", "2 ps", "", "")
    assert [likely.beyond(Fraction(n)) for n in (9, 10, 2000, 2001)] == ["below", "", "", "above"]
    assert BASE_UNITS["time"] == "fs"
    assert Plausible(None, None, "", "").beyond(Fraction(10**30)) == ""
    assert in_base_units("10_000 K") == 10_000
    assert in_base_units("5 %") == Fraction(1, 20)
