"""A value of a change is read as the spec with the change has it, by whichever way it is read."""

from __future__ import annotations

import pytest
import spaces
from hypothesis import given
from hypothesis import strategies as st

from mlipilot.runtime.pilot.proposers.chart import Chart
from mlipilot.spec.edit import Change, apply

SEARCH = """
    m.r_max      ~ uniform(4.5 Å, 0.6 nm)
    m.max_L      ~ int(0 .. 2)
    fit.first.lr ~ log_uniform(1e-4, 1e-1)
"""
NUMBERS = st.one_of(
    st.floats(0.0, 10.0).map(str),
    st.integers(0, 10).map(str),
    st.sampled_from(["5", "5.", ".5", "5.50", "+5", "-5", "(5)", "5_0e-1", "5E0", "1e-3", "1e-0300", "٥", "1e400", ""]),
)
UNITS = st.sampled_from(["", " Å", "Å", "  Å", " nm", " pm", " eV", " %", " a", " Å # as before", "\n"])


@pytest.mark.parametrize("path", ["m.r_max", "m.max_L", "fit.first.lr"])
@given(number=NUMBERS, unit=UNITS)
def test_a_number_is_read_as_the_edited_spec_has_it(path: str, number: str, unit: str) -> None:
    change = Change(path, f"{number}{unit}")
    read = Chart(spaces.space_of(SEARCH)).read([change])
    made = apply(spaces.source_of(SEARCH), [change]).spec
    if made is None:
        assert isinstance(read, str)
    else:
        assert made.space is not None
        assert not isinstance(read, str)
        assert read[path] == made.space.baseline[path]
        assert type(read[path]) is type(made.space.baseline[path])


def test_a_value_that_is_read_twice_is_the_same_and_one_outside_stays_outside() -> None:
    chart = Chart(spaces.space_of(SEARCH))
    assert chart.read([Change("m.max_L", "1")]) == chart.read([Change("m.max_L", "1")])
    assert isinstance(chart.read([Change("m.max_L", "7")]), str)
    assert isinstance(chart.read([Change("m.max_L", "7")]), str)
