"""A point that was tried is found again, by its values where they are listed and nearby where they are not."""

from fractions import Fraction

import pytest

from mlipilot.runtime.pilot.gate.duplicates import Tried
from mlipilot.spec.resolve import resolve
from mlipilot.spec.source import SourceFile
from mlipilot.spec.space import SearchSpace
from mlipilot.spec.values import Data

SPEC = """edition "2026"
model m : mace { channels = 8, r_max = 5 Å }
training fit {
    model = m
    data  = cu
    stage first { epochs = 3, loss = weighted(1, 100), lr = 1e-2 }
}
dataset cu : emt_supercells {
    element = Cu, lattice = 3.6 Å, repeats = [2, 2, 2], temperatures = [300 K]
    trajectories = 8, frames = 5, split = by_trajectory(train = 4, valid = 2, test = 2)
}
search {
    m.channels            ~ choice(8, 16, 32)
    m.r_max               ~ uniform(4.5 Å, 6 Å)
    fit.first.lr          ~ log_uniform(1e-4, 1e-1)
    fit.first.loss.energy ~ choice(1, 10) when m.channels == 8
}
"""


@pytest.fixture(scope="module")
def space() -> SearchSpace:
    resolved = resolve(SourceFile("spec.mlp", SPEC))
    found = resolved.spec.space
    assert found is not None
    return found


def point(space: SearchSpace, **values: Data) -> dict[str, Data]:
    return {**space.baseline, **{name.replace("__", "."): value for name, value in values.items()}}


def test_listed_values_are_compared_exactly(space: SearchSpace) -> None:
    tried = Tried(space)
    tried.add(7, point(space))
    assert tried.find(point(space)) == 7
    assert tried.find(point(space, m__channels=16)) is None


def test_intervals_have_a_tolerance_of_their_width(space: SearchSpace) -> None:
    tried = Tried(space, tolerance=0.01)
    tried.add(1, point(space, m__r_max=Fraction(5)))
    assert tried.find(point(space, m__r_max=Fraction("5.014"))) == 1
    assert tried.find(point(space, m__r_max=Fraction("5.016"))) is None


def test_logarithmic_intervals_are_measured_in_logarithms(space: SearchSpace) -> None:
    tried = Tried(space, tolerance=0.01)
    tried.add(1, point(space, fit__first__lr=Fraction("0.001")))
    assert tried.find(point(space, fit__first__lr=Fraction("0.00106"))) == 1
    assert tried.find(point(space, fit__first__lr=Fraction("0.0011"))) is None


def test_a_value_whose_condition_does_not_hold_makes_no_difference(space: SearchSpace) -> None:
    tried = Tried(space)
    tried.add(3, point(space, m__channels=16, fit__first__loss__energy=Fraction(1)))
    assert tried.find(point(space, m__channels=16, fit__first__loss__energy=Fraction(10))) == 3
    tried.add(4, point(space, m__channels=8, fit__first__loss__energy=Fraction(1)))
    assert tried.find(point(space, m__channels=8, fit__first__loss__energy=Fraction(10))) is None


def test_the_first_of_several_is_named(space: SearchSpace) -> None:
    tried = Tried(space)
    for number in (5, 6):
        tried.add(number, point(space))
    assert tried.find(point(space)) == 5
