"""Numbers are written in the unit of their author with at most six digits, and mean what was proposed."""

from __future__ import annotations

from fractions import Fraction

import pytest
import spaces
from hypothesis import given
from hypothesis import strategies as st

from mlipilot.runtime.pilot.proposers.chart import Chart
from mlipilot.runtime.pilot.proposers.drawing import at_share
from mlipilot.runtime.pilot.proposers.numbers import rounded, written
from mlipilot.spec.edit import Change

DOMAINS = [
    ("m.r_max", "uniform(4.5 Å, 6 Å)"),
    ("m.r_max", "uniform(0.41234567 nm, 6 Å)"),
    ("m.r_max", "uniform(8 Bohr, 11.5 Bohr)"),
    ("fit.first.lr", "log_uniform(1e-7, 1)"),
    ("fit.first.lr", "uniform(0.1 %, 10 %)"),
    ("fit.first.loss.energy", "uniform(0, 1e6)"),
    ("fit.first.loss.energy", "log_uniform(1e-9, 1e12)"),
]


@pytest.mark.parametrize(("path", "domain"), DOMAINS)
@given(share=st.floats(0, 1))
def test_what_is_drawn_from_a_continuum_is_what_is_written(path: str, domain: str, share: float) -> None:
    space = spaces.space_of(f"\n    {path} ~ {domain}\n")
    chart = Chart(space)
    data = at_share(chart, space.draws[0], share)
    text = chart.written(path, data)
    assert text is not None
    assert space.admits(space.draws[0], data)
    assert chart.share(path, data) == pytest.approx(share, abs=3e-5)
    assert chart.read([Change(path, text)]) == {path: data}
    ends = [value.written for value in space.draws[0].domain.values]
    mantissa = text.split()[0].partition("e")[0].replace(".", "").strip("0")
    assert text in ends or len(mantissa) <= 6


def test_a_value_whose_digits_do_not_end_is_not_written() -> None:
    space = spaces.space_of("\n    m.r_max ~ uniform(3 Å, 6 Å, step = 1 Å)\n")
    domain = space.draws[0].domain
    assert [written(domain, domain.at(n)) for n in range(4)] == ["3 Å", "4 Å", "5 Å", "6 Å"]  # type: ignore[arg-type]
    assert written(domain, Fraction(10, 3)) is None


def test_a_number_that_rounds_out_of_its_domain_is_its_end() -> None:
    space = spaces.space_of("\n    m.r_max ~ uniform(4.1234567 Å, 6 Å)\n")
    domain = space.draws[0].domain
    value = rounded(domain, 4.12345671)
    assert value == Fraction("4.12346")
    assert rounded(domain, 4.1234500) == domain.low
    assert written(domain, domain.low) == "4.1234567 Å"
