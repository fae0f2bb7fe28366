"""Error metrics against NumPy, over all finite inputs, and what is refused."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mlipilot import _core

steady = settings(deadline=None, max_examples=60)  # a busy machine is no failure

Forces = tuple[NDArray[np.float64], NDArray[np.float64]]
# Multiples of a small unit: the squares that NumPy forms here must not underflow.
finite = st.integers(-(10**12), 10**12).map(lambda units: units * 1e-6)


@st.composite
def frames(draw: st.DrawFn) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    n = draw(st.integers(1, 40))
    column = st.lists(finite, min_size=n, max_size=n)
    atoms = draw(st.lists(st.integers(1, 500), min_size=n, max_size=n))
    return np.array(draw(column)), np.array(draw(column)), np.array(atoms, dtype=np.int64)


@st.composite
def forces(draw: st.DrawFn) -> Forces:
    n = draw(st.integers(1, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    scale = 10.0 ** draw(st.integers(-8, 8))
    return scale * rng.normal(size=(n, 3)), scale * rng.normal(size=(n, 3))


def assert_summarises(summary: _core.ErrorSummary, magnitudes: NDArray[np.float64]) -> None:
    close = {"rel": 1e-12, "abs": 1e-300}
    assert summary.n == magnitudes.size
    assert summary.mae == pytest.approx(magnitudes.mean(), **close)
    assert summary.rmse == pytest.approx(np.sqrt((magnitudes**2).mean()), **close)
    assert summary.max == magnitudes.max()
    for name in ("p50", "p90", "p95", "p99"):
        assert getattr(summary, name) == pytest.approx(np.percentile(magnitudes, int(name[1:])), **close)


@steady
@given(frames())
def test_energy_errors_are_those_of_the_energy_per_atom(
    data: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]],
) -> None:
    predicted, reference, atoms = data
    assert_summarises(_core.energy_errors(predicted, reference, atoms), np.abs((predicted - reference) / atoms))


@steady
@given(frames())
def test_shifted_energy_errors_have_their_mean_removed(
    data: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]],
) -> None:
    predicted, reference, atoms = data
    errors = (predicted - reference) / atoms
    summary = _core.energy_errors(predicted, reference, atoms, shifted=True)
    rounding = 1e-13 * (1 + np.abs(errors).max())
    assert summary.rmse == pytest.approx(errors.std(), rel=1e-12, abs=rounding)
    assert summary.max == pytest.approx(np.abs(errors - errors.mean()).max(), rel=1e-12, abs=rounding)


def test_a_constant_offset_does_not_count_when_shifted() -> None:
    reference = np.linspace(-5, 5, 11)
    atoms = np.full(11, 4)
    assert _core.energy_errors(reference + 12.0, reference, atoms).mae == pytest.approx(3.0)
    assert _core.energy_errors(reference + 12.0, reference, atoms, shifted=True).max < 1e-14


@steady
@given(forces())
def test_force_errors_are_over_components_or_norms(data: Forces) -> None:
    predicted, reference = data
    delta = predicted - reference
    assert_summarises(_core.force_errors(predicted, reference), np.abs(delta).ravel())
    norms = _core.force_errors(predicted, reference, kind="norm")
    expected = np.linalg.norm(delta, axis=1)
    assert norms.mae == pytest.approx(expected.mean(), rel=1e-12)
    assert norms.p95 == pytest.approx(np.percentile(expected, 95), rel=1e-12)
    assert norms.max == pytest.approx(expected.max(), rel=1e-14)


@steady
@given(forces())
def test_norm_and_component_errors_keep_their_known_ratios(data: Forces) -> None:
    component = _core.force_errors(*data)
    norm = _core.force_errors(*data, kind="norm")
    assert norm.rmse == pytest.approx(np.sqrt(3) * component.rmse, rel=1e-12)
    assert np.sqrt(3) * component.mae * (1 - 1e-12) <= norm.mae <= 3 * component.mae * (1 + 1e-12)


@steady
@given(forces(), st.randoms(use_true_random=False))
def test_elements_are_the_errors_of_their_own_atoms(data: Forces, random: Random) -> None:
    predicted, reference = data
    numbers = np.array([random.choice([1, 8, 29]) for _ in predicted], dtype=np.int64)
    found = _core.force_errors_by_element(predicted, reference, numbers)
    assert list(found) == sorted(set(numbers.tolist()))
    for number, summary in found.items():
        mask = numbers == number
        assert summary == _core.force_errors(predicted[mask], reference[mask])


@pytest.mark.parametrize("size", [1e300, 1e-300])
def test_an_extreme_error_is_neither_infinite_nor_zero(size: float) -> None:
    summary = _core.force_errors(np.full((4, 3), size), np.zeros((4, 3)))
    assert summary.rmse == pytest.approx(size, rel=1e-14)
    assert summary.mae == pytest.approx(size, rel=1e-14)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_not_finite_is_named_never_averaged(bad: float) -> None:
    good, spoilt = np.zeros((3, 3)), np.zeros((3, 3))
    spoilt[1, 2] = bad
    with pytest.raises(ValueError, match="predicted: value 5 is not finite"):
        _core.force_errors(spoilt, good)
    with pytest.raises(ValueError, match="reference: value 5 is not finite"):
        _core.force_errors(good, spoilt, kind="norm")
    with pytest.raises(ValueError, match="reference: value 5 is not finite"):
        _core.force_errors_by_element(good, spoilt, np.array([1, 1, 1]))
    with pytest.raises(ValueError, match="predicted: value 0 is not finite"):
        _core.energy_errors(np.array([bad]), np.zeros(1), np.ones(1, dtype=np.int64))


def test_what_does_not_belong_together_is_refused() -> None:
    with pytest.raises(ValueError, match="reference: expected shape"):
        _core.force_errors(np.zeros((2, 3)), np.zeros((3, 3)))
    with pytest.raises(ValueError, match="numbers: expected 2 values, found 1"):
        _core.force_errors_by_element(np.zeros((2, 3)), np.zeros((2, 3)), np.array([1]))
    with pytest.raises(ValueError, match=r"predicted: expected shape \(\.\.\., 3\)"):
        _core.force_errors(np.zeros((3, 2)), np.zeros((3, 2)))
    with pytest.raises(ValueError, match="atoms: must be positive, value 1 is 0"):
        _core.energy_errors(np.zeros(2), np.zeros(2), np.array([1, 0]))
    with pytest.raises(ValueError, match="reference: expected 2 values, found 1"):
        _core.energy_errors(np.zeros(2), np.zeros(1), np.array([1, 1]))
    with pytest.raises(ValueError, match="predicted: at least 1 values are needed"):
        _core.energy_errors(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64))
    with pytest.raises(ValueError, match="kind: must be 'component' or 'norm'"):
        _core.force_errors(np.zeros((2, 3)), np.zeros((2, 3)), kind="vector")
    with pytest.raises(ValueError, match="predicted - reference: value 0"):
        _core.energy_errors(np.array([1.7e308]), np.array([-1.7e308]), np.array([1]))
