"""Drift against NumPy's least squares and a long-run variance written out, coverage, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from scipy.signal import lfilter

from mlipilot import _core

steady = settings(deadline=None, max_examples=60)  # a busy machine is no failure

Series = NDArray[np.float64]


def autoregressive(rng: np.random.Generator, n: int, rho: float) -> Series:
    return np.asarray(lfilter([1.0], [1.0, -rho], rng.normal(size=n + 300))[300:])


def correlation(scores: Series) -> float:
    return float(np.clip((scores[1:] @ scores[:-1]) / (scores @ scores), -0.97, 0.97))


def bartlett(scores: Series) -> tuple[float, int]:
    """The Newey-West sum as a quadratic form with a matrix of weights, and its lag."""
    n, rho = len(scores), correlation(scores)
    andrews = np.floor(1.1447 * (4 * rho**2 * n / (1 - rho**2) ** 2) ** (1 / 3))
    lag = int(min(n // 2, max(andrews, np.floor(4 * (n / 100) ** (2 / 9)))))
    apart = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    return float(scores @ np.clip(1 - apart / (lag + 1), 0, None) @ scores), lag


def written_out(times: Series, energies: Series) -> tuple[float, float, int]:
    design = np.column_stack([np.ones_like(times), times - times.mean()])
    coefficients = np.linalg.lstsq(design, energies, rcond=None)[0]
    scores = design[:, 1] * (energies - design @ coefficients)
    plain, lag = bartlett(scores)
    rho = correlation(scores)
    whitened, _ = bartlett(scores[1:] - rho * scores[:-1])
    variance = max(plain, whitened / (1 - rho) ** 2) * len(times) / (len(times) - 2)
    return 1000 * coefficients[1], 1000 * np.sqrt(variance) / (design[:, 1] ** 2).sum(), lag


@steady
@given(st.integers(10, 400), st.sampled_from([-0.8, 0.0, 0.5, 0.9, 0.99]), st.integers(0, 2**32))
def test_slope_and_error_agree_with_those_written_out(n: int, rho: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.uniform(0.5, 2.0, size=n)) + rng.uniform(-1e4, 1e4)
    energies = -7.0 + 1e-4 * autoregressive(rng, n, rho) + rng.normal() * 1e-6 * times
    found = _core.drift(times, energies)
    slope, standard_error, lag = written_out(times, energies)
    assert found.slope == pytest.approx(slope, rel=1e-7, abs=1e-6 * standard_error)
    assert found.standard_error == pytest.approx(standard_error, rel=1e-6)
    assert (found.n, found.lag) == (n, lag)


@steady
@given(st.floats(-1e-3, 1e-3), st.floats(-1e3, 1e3))
def test_a_line_is_its_own_slope_in_ev_per_atom_per_ps(slope: float, offset: float) -> None:
    times = 2.0 * np.arange(100)
    found = _core.drift(times, offset + slope * times / 1000)
    assert found.slope == pytest.approx(slope, abs=1e-12 * (1 + abs(offset)))


def test_white_noise_gets_the_ordinary_standard_error() -> None:
    rng = np.random.default_rng(0)
    times, energies = np.arange(20_000.0), rng.normal(size=20_000)
    found = _core.drift(times, energies)
    assert found.standard_error == pytest.approx(1000 * stats.linregress(times, energies).stderr, rel=0.1)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_the_bounds_cover_no_drift_and_a_real_drift(rho: float) -> None:
    rng = np.random.default_rng(4)
    times, rounds = np.arange(1000.0), 400
    lower, upper = 0, 0
    for _ in range(rounds):
        noise = autoregressive(rng, 1000, rho)
        nothing = _core.drift(times, noise)
        lower += _core.drift_bounds(nothing.slope, nothing.standard_error).lower == 0
        drifting = _core.drift(times, noise + 0.1 * times)
        upper += _core.drift_bounds(drifting.slope, drifting.standard_error).upper >= 100
    # Slightly short of 95 % at strong correlation, as every long-run variance is at this length.
    assert lower / rounds >= 0.90
    assert upper / rounds >= 0.90


def test_the_ordinary_error_would_claim_drifts_that_are_not_there() -> None:
    rng = np.random.default_rng(4)
    times = np.arange(1000.0)
    claims = 0
    for _ in range(200):
        fit = stats.linregress(times, autoregressive(rng, 1000, 0.9))
        claims += abs(fit.slope) > 1.96 * fit.stderr
    assert claims / 200 > 0.3


@steady
@given(st.floats(-1e3, 1e3), st.floats(0, 1e3), st.floats(0.5, 0.999))
def test_bounds_enclose_the_magnitude_and_use_the_stated_quantiles(
    slope: float, standard_error: float, confidence: float
) -> None:
    found = _core.drift_bounds(slope, standard_error, confidence)
    assert found.estimate == abs(slope)
    assert 0 <= found.lower <= found.estimate <= found.upper
    upper = abs(slope) + stats.norm.ppf(confidence) * standard_error
    lower = abs(slope) - stats.norm.ppf(1 - (1 - confidence) / 2) * standard_error
    assert found.upper == pytest.approx(upper, rel=1e-8, abs=1e-8)
    assert found.lower == pytest.approx(max(0.0, lower), rel=1e-8, abs=1e-8)


@steady
@given(st.lists(st.tuples(st.floats(-10, 10), st.floats(0, 3)), min_size=1, max_size=8))
def test_the_worst_replica_sets_the_upper_and_a_corrected_lower_bound(replicas: list[tuple[float, float]]) -> None:
    slopes, errors = (np.array(column) for column in zip(*replicas, strict=True))
    found = _core.worst_drift(slopes, errors, 0.95)
    z = stats.norm.ppf(1 - 0.05 / (2 * len(replicas)))
    assert found.estimate == np.abs(slopes).max()
    assert found.upper == pytest.approx((np.abs(slopes) + stats.norm.ppf(0.95) * errors).max(), rel=1e-9, abs=1e-9)
    assert found.lower == pytest.approx(max(0.0, (np.abs(slopes) - z * errors).max()), rel=1e-9, abs=1e-9)


def test_the_lower_bound_of_many_driftless_replicas_rarely_claims_one() -> None:
    rng = np.random.default_rng(9)
    claims = [_core.worst_drift(rng.normal(size=16), np.ones(16)).lower > 0 for _ in range(4000)]
    assert np.mean(claims) <= 0.06


def test_bad_input_is_refused_by_name() -> None:
    times = np.arange(20.0)
    with pytest.raises(ValueError, match="times_fs: at least 10 values are needed, found 9"):
        _core.drift(times[:9], times[:9])
    with pytest.raises(ValueError, match="energies_per_atom: value 3 is not finite"):
        _core.drift(times, np.where(times == 3, np.nan, 0.0))
    with pytest.raises(ValueError, match="times_fs: must increase strictly, value 1 does not"):
        _core.drift(np.zeros(20), times)
    with pytest.raises(ValueError, match="energies_per_atom: expected 20 values"):
        _core.drift(times, times[:19].copy())
    with pytest.raises(ValueError, match="slope"):
        _core.drift(times, np.linspace(-8e307, 8e307, 20))
    with pytest.raises(ValueError, match="slopes: at least 1"):
        _core.worst_drift(np.zeros(0), np.zeros(0))
    with pytest.raises(ValueError, match="standard_errors: must not be negative"):
        _core.drift_bounds(1.0, -1.0)
    with pytest.raises(ValueError, match="slopes: value 0 is not finite"):
        _core.drift_bounds(np.nan, 1.0)
