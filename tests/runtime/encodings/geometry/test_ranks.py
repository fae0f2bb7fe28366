"""Ranks: their order, their values where these are known, their independence of units, and the seed paper's rows."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_wine
from sklearn.model_selection import train_test_split

from mlipilot.runtime.encodings.geometry import condition_numbers, kernel_spectrum, ranks, ranks_of, spectrum

Floats = NDArray[np.float64]
matrices = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=12),
    elements=st.floats(-1e300, 1e300, allow_subnormal=True),
)


@given(matrices, st.booleans())
def test_the_ranks_of_any_matrix_are_ordered(Z: Floats, centred: bool) -> None:
    found = ranks(Z, centred=centred)
    if found.reason:
        assert found.numerical == 0
        return
    chain = [1, found.stable, found.participation, found.spectral_entropy, found.effective, found.numerical]
    assert all(low <= high * (1 + 1e-12) for low, high in pairwise(chain))
    assert found.numerical <= min(Z.shape)


@pytest.mark.parametrize("k", [1, 3, 7])
def test_k_equal_orthogonal_directions_have_rank_k_by_all_five(k: int) -> None:
    Z = np.linalg.qr(np.random.default_rng(0).normal(size=(20, k)))[0]
    found = ranks(Z, centred=False)
    assert found.numerical == k
    for value in (found.effective, found.spectral_entropy, found.participation, found.stable):
        assert value == pytest.approx(k, rel=1e-12)


def test_each_rank_follows_its_formula() -> None:
    Z = np.random.default_rng(1).normal(size=(30, 8)) * np.arange(1, 9)
    sigma = np.linalg.svd(Z - Z.mean(axis=0), compute_uv=False)
    p, q = sigma / sigma.sum(), sigma**2 / (sigma**2).sum()
    found = ranks(Z)
    assert found.effective == pytest.approx(np.exp(-(p * np.log(p)).sum()), rel=1e-12)
    assert found.spectral_entropy == pytest.approx(np.exp(-(q * np.log(q)).sum()), rel=1e-12)
    assert found.participation == pytest.approx(1 / (q**2).sum(), rel=1e-12)
    assert found.stable == pytest.approx(np.linalg.norm(Z - Z.mean(0)) ** 2 / sigma[0] ** 2, rel=1e-12)


@pytest.mark.parametrize("shape", [(40, 6), (6, 40)])
def test_a_kernel_has_the_ranks_of_its_features(shape: tuple[int, int]) -> None:
    Z = np.random.default_rng(2).normal(size=shape)
    for centred in (True, False):
        of_features, of_kernel = ranks(Z, centred=centred), ranks_of(kernel_spectrum(Z @ Z.T, centred=centred))
        assert of_kernel.numerical == of_features.numerical
        assert of_kernel.effective == pytest.approx(of_features.effective, rel=1e-9)


@pytest.mark.parametrize("factor", [1e200, 1e-200, 5e-324 * 2**40])
def test_ranks_do_not_depend_on_the_unit(factor: float) -> None:
    Z = np.random.default_rng(3).integers(1, 2**20, size=(15, 5)).astype(float)
    with np.errstate(all="raise", under="ignore"):
        found, known = ranks(Z * factor), ranks(Z)
    assert found.effective == pytest.approx(known.effective, rel=1e-6)
    assert found.numerical == known.numerical


def test_a_huge_constant_column_hides_nothing_of_the_others_once_centred() -> None:
    Z = np.random.default_rng(4).normal(size=(15, 5))
    beside = np.hstack([Z, np.full((15, 1), 1e200)])
    assert ranks(beside).effective == pytest.approx(ranks(Z).effective, rel=1e-12)
    assert ranks(beside, centred=False).effective == 1


def test_small_integers_are_not_multiplied_in_their_own_type() -> None:
    Z = np.random.default_rng(5).integers(0, 256, size=(30, 6), dtype=np.uint8)
    assert ranks(Z).effective == ranks(Z.astype(np.float64)).effective
    assert Z.dtype == np.uint8


@pytest.mark.parametrize("value", [0.0, 0.1, 1e300])
def test_a_constant_representation_has_unknown_ranks_with_a_reason(value: float) -> None:
    found = ranks(np.full((7, 3), value))
    assert np.isnan([found.effective, found.spectral_entropy, found.participation, found.stable]).all()
    assert (found.numerical, found.reason) == (0, "every singular value is 0: the samples do not differ")


def test_rounding_of_float32_does_not_count_as_rank() -> None:
    rng = np.random.default_rng(6)
    Z = (rng.normal(size=(50, 3)) @ rng.normal(size=(3, 20))).astype(np.float32)
    assert ranks(Z).numerical == 3
    assert ranks(Z.astype(np.float64)).numerical == 20


def test_singular_values_that_a_gram_matrix_would_lose_are_kept() -> None:
    Z = np.zeros((6, 2))
    Z[:2] = np.diag([1.0, 1e-11])
    assert spectrum(Z, centred=False).singular_values == pytest.approx([1, 1e-11], rel=1e-9)
    assert ranks(Z, centred=False).numerical == 2


def test_a_kernel_that_overflowed_is_refused() -> None:
    Z = np.random.default_rng(7).integers(0, 2, size=(20, 900), dtype=np.uint8)
    with pytest.raises(ValueError, match=r"K is not positive semidefinite: .* even `zeta`, .* in float64"):
        kernel_spectrum(Z @ Z.T)


@pytest.mark.parametrize("cut_off", [-0.1, 1.0, np.nan])
def test_a_cut_off_that_is_not_a_share_is_refused(cut_off: float) -> None:
    with pytest.raises(ValueError, match=r"cut_off is .*, expected a share"):
        spectrum(np.eye(3), cut_off=cut_off)


def amplitude(X: Floats) -> Floats:
    """Rows padded to a power of two and normalised."""
    width = 2 ** int(np.ceil(np.log2(X.shape[1])))
    return np.pad(X, ((0, 0), (0, width - X.shape[1]))) / np.linalg.norm(X, axis=1, keepdims=True)


def angle(X: Floats) -> Floats:
    """cos and sin of half the angles, columns at -pi ... pi."""
    half = np.pi * (unit(X) - 0.5)
    return np.hstack([np.cos(half), np.sin(half)])


def basis(X: Floats) -> NDArray[np.uint8]:
    """Eight bits of each column, the most significant first, in uint8 as published."""
    levels = np.round(unit(X) * 255).astype(np.uint8)
    return np.unpackbits(levels[:, :, None], axis=2).reshape(len(X), -1)


def unit(X: Floats) -> Floats:
    """Columns at 0 ... 1."""
    return (X - X.min(axis=0)) / np.ptp(X, axis=0)


@pytest.mark.parametrize(
    ("load", "encode", "effective_rank", "condition"),
    [
        (load_wine, amplitude, "1.3751", "6650.85"),
        (load_wine, angle, "16.0041", "26.90"),
        (load_wine, basis, "77.0907", "108.73"),
        (load_breast_cancer, amplitude, "1.6433", "7.67e5"),
        (load_breast_cancer, angle, "18.433", "1092.7"),
        (load_breast_cancer, basis, "175.93", "2679.6"),
    ],
)
def test_the_seed_papers_spectra_are_those_of_uncentred_columns(
    load: Callable[..., tuple[Floats, Floats]],
    encode: Callable[[Floats], Floats],
    effective_rank: str,
    condition: str,
) -> None:
    X, y = load(return_X_y=True)
    train = train_test_split(X, y, test_size=0.2, random_state=42, stratify=y)[0]
    Z = encode(train)
    assert ranks(Z, centred=False).effective == pytest.approx(float(effective_rank), abs=_half_digit(effective_rank))
    number = condition_numbers(Z, centred=False).raw.number
    assert number == pytest.approx(float(condition), abs=_half_digit(condition))


def _half_digit(printed: str) -> float:
    """Half a unit of a printed number's last digit."""
    mantissa, _, exponent = printed.partition("e")
    return float(0.5001 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2])))
