"""Geometric difference and model complexity against their formulas, with matrix square roots written out."""

from __future__ import annotations

from math import inf, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.linalg import eigh, sqrtm

from mlipilot.runtime.encodings.geometry import geometric_difference, model_complexity

Floats = NDArray[np.float64]


def kernels(n: int = 12, seed: int = 0) -> tuple[Floats, Floats]:
    """Two positive definite kernels, of unequal traces."""
    X, Y = np.random.default_rng(seed).normal(size=(2, n, n + 3))
    return X @ X.T, 7 * (Y @ Y.T) + 1


def trace_n(K: Floats) -> Floats:
    """A kernel of trace n."""
    return K * len(K) / np.trace(K)


@given(st.integers(2, 15), st.integers(1, 20), st.sampled_from([1e-300, 1.0, 1e150]))
def test_a_kernel_differs_from_itself_by_1_singular_or_not(n: int, width: int, factor: float) -> None:
    X = np.random.default_rng(n + 100 * width).normal(size=(n, width))
    K = X @ X.T
    found = geometric_difference(K, K * factor)
    assert found.plain == pytest.approx(1, rel=1e-6)
    assert found.training == 0
    assert found.reason == ""


@pytest.mark.parametrize("regularisation", [1e-6, 0.01, 1.0, 100.0])
def test_the_three_forms_follow_their_formulas(regularisation: float) -> None:
    K_C, K_Q = kernels()
    found = geometric_difference(K_C, K_Q, regularisation=regularisation)
    C, Q = trace_n(K_C), trace_n(K_Q)
    root_c, root_q = np.real(sqrtm(C)), np.real(sqrtm(Q))
    inverse = np.linalg.inv(C + regularisation * np.eye(len(C)))

    def norm(middle: Floats) -> float:
        return float(np.sqrt(np.linalg.norm(root_q @ middle @ root_q, 2)))

    assert found.plain == pytest.approx(norm(inverse), rel=1e-8)
    assert found.generalisation == pytest.approx(norm(root_c @ inverse @ inverse @ root_c), rel=1e-8)
    assert found.training == pytest.approx(regularisation * norm(inverse @ inverse), rel=1e-8)


@pytest.mark.parametrize("regularisation", [0.0, 0.1])
def test_the_plain_form_is_the_largest_generalised_eigenvalue(regularisation: float) -> None:
    K_C, K_Q = kernels(seed=1)
    shifted = trace_n(K_C) + regularisation * np.eye(len(K_C))
    largest = eigh(trace_n(K_Q), shifted, eigvals_only=True)[-1]
    found = geometric_difference(K_C, K_Q, regularisation=regularisation)
    assert found.plain == pytest.approx(np.sqrt(largest), rel=1e-8)


def test_without_lambda_the_form_of_generalisation_is_the_plain_one() -> None:
    found = geometric_difference(*kernels())
    assert found.generalisation == found.plain
    assert found.training == 0


def test_a_candidate_outside_a_singular_references_range_is_infinitely_different() -> None:
    rng = np.random.default_rng(2)
    X = rng.normal(size=(10, 3))
    inside, outside = X @ rng.normal(size=(3, 2)), rng.normal(size=(10, 1))
    K = X @ X.T
    within, without = geometric_difference(K, inside @ inside.T), geometric_difference(K, outside @ outside.T)
    assert 1 <= within.plain < inf
    assert without.plain == inf
    assert "outside the range of the reference, to rounding: give a regularisation above 0" in without.reason
    almost = geometric_difference(K, outside @ outside.T, regularisation=1e-9)
    assert almost.training == pytest.approx(without.training, rel=1e-6)
    assert almost.plain < inf


def test_a_kernel_of_trace_0_has_an_unknown_difference_with_a_reason() -> None:
    K, _ = kernels()
    found = geometric_difference(np.zeros_like(K), K)
    assert isnan(found.plain)
    assert found.reason == "the trace of reference is 0, so that it cannot be set to n"


def test_an_indefinite_reference_is_refused_by_name() -> None:
    K, _ = kernels()
    K = K - 2 * np.linalg.eigvalsh(K)[0] * np.eye(len(K))
    with pytest.raises(
        ValueError,
        match=r"reference is not positive semidefinite: its smallest eigenvalue is -0\.221, its largest 39\.8; give",
    ):
        geometric_difference(K, K)


def test_other_samples_and_a_negative_lambda_are_refused() -> None:
    K, L = kernels()
    with pytest.raises(ValueError, match="reference has 12 samples and candidate has 11"):
        geometric_difference(K, L[:11, :11])
    with pytest.raises(ValueError, match="regularisation is -1, expected"):
        geometric_difference(K, L, regularisation=-1)


@pytest.mark.parametrize("regularisation", [0.0, 0.5])
@pytest.mark.parametrize("factor", [1.0, 1e100])
def test_complexity_follows_its_formula(regularisation: float, factor: float) -> None:
    K, _ = kernels()
    y = np.random.default_rng(3).normal(size=12)
    expected = y @ np.linalg.solve(trace_n(K) + regularisation * np.eye(12), y) * factor**2
    found = model_complexity(K * factor, y * factor, regularisation=regularisation)
    assert found.value == pytest.approx(expected, rel=1e-8)


def test_two_classes_are_minus_1_and_1_and_more_are_one_hot() -> None:
    K, _ = kernels()
    signs = np.array([-1.0, 1.0] * 6)
    assert model_complexity(K, ["no", "yes"] * 6) == model_complexity(K, signs, target="numbers")
    one_hot = np.tile(np.eye(3), (4, 1))
    of_columns = sum(model_complexity(K, column, target="numbers").value for column in one_hot.T)
    assert model_complexity(K, ["a", "b", "c"] * 4).value == pytest.approx(of_columns, rel=1e-12)


def test_labels_that_a_kernel_can_represent_are_cheap_and_others_infinite() -> None:
    X = np.random.default_rng(4).normal(size=(10, 2))
    K = X @ X.T
    assert model_complexity(K, X[:, 0], target="numbers").value < inf
    found = model_complexity(K, np.arange(10.0), target="numbers")
    assert found.value == inf
    assert found.reason == "y lies partly outside the range of K, to rounding: give a regularisation above 0"


@pytest.mark.parametrize("name", ["reference", "candidate"])
def test_a_negative_or_indefinite_kernel_is_refused_on_either_side_by_name(name: str) -> None:
    K, L = kernels()
    indefinite = L - 2 * np.linalg.eigvalsh(L)[0] * np.eye(len(L))
    for wrong, message in ((-L, "its trace is -"), (indefinite, "its smallest eigenvalue is -")):
        with pytest.raises(ValueError, match=f"{name} is not positive semidefinite: {message}"):
            geometric_difference(**({"reference": K, "candidate": K} | {name: wrong}))
    with pytest.raises(ValueError, match="K is not positive semidefinite: its trace is -"):
        model_complexity(-K, ["no", "yes"] * 6)


def with_small_directions() -> tuple[Floats, Floats]:
    """A reference with eigenvalues between the rounding of float32 and of float64, and a candidate that has them."""
    rng = np.random.default_rng(5)
    basis = np.linalg.qr(rng.normal(size=(12, 12)))[0]
    return basis * np.r_[np.ones(9), np.full(3, 1e-8)] @ basis.T, basis * np.r_[np.ones(9), np.full(3, 1e-6)] @ basis.T


def test_directions_that_float32_does_not_tell_are_left_out_with_a_reason() -> None:
    K, L = with_small_directions()
    known, rounded = geometric_difference(K, L), geometric_difference(K.astype(np.float32), L.astype(np.float32))
    assert known.plain == pytest.approx(10, rel=1e-4)
    assert known.left_out == 0
    assert known.reason == ""
    assert rounded.plain == pytest.approx(1, rel=1e-4)
    assert rounded.left_out == 3
    assert rounded.outside == pytest.approx(3e-6 / 9, rel=0.2)
    assert "3 of 12 directions of the reference lie at or below its rounding" in rounded.reason
    assert "compute in float64 what is in float32" in rounded.reason


def test_a_lambda_above_rounding_leaves_nothing_out_and_one_below_says_so() -> None:
    K, L = (kernel.astype(np.float32) for kernel in with_small_directions())
    assert geometric_difference(K, L, regularisation=1e-3).reason == ""
    assert "count as 0" in geometric_difference(K, L, regularisation=1e-9).reason


def test_complexity_says_what_part_of_the_target_float32_does_not_tell() -> None:
    K, _ = with_small_directions()
    values, vectors = np.linalg.eigh(K)
    y = vectors[:, -1] + 1e-4 * vectors[:, values < 1e-6].sum(axis=1)
    known, rounded = (model_complexity(of, y, target="numbers") for of in (K, K.astype(np.float32)))
    assert known.reason == ""
    assert known.value > 2 * rounded.value
    assert (known.left_out, rounded.left_out) == (0, 3)
    assert "3 of 12 directions of K lie at or below its rounding" in rounded.reason


def test_an_infinite_difference_of_float32_kernels_may_be_their_rounding_and_says_so() -> None:
    K, _ = with_small_directions()
    known, rounded = (geometric_difference(of, np.eye(12, dtype=of.dtype)) for of in (K, K.astype(np.float32)))
    assert known.plain < rounded.plain == inf
    assert rounded.reason.endswith(
        "or compute in float64 what is in float32, which tells 9 of 12 directions of the reference from rounding"
    )
