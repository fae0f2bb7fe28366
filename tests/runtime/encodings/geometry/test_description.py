"""One call for a representation: that it says what its parts say, and stays defined where they cannot be known."""

from __future__ import annotations

import doctest
import json
from dataclasses import FrozenInstanceError
from importlib import import_module
from math import isfinite
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.datasets import load_wine
from sklearn.utils import check_random_state

from mlipilot.runtime.encodings.angle import AngleEncoder
from mlipilot.runtime.encodings.geometry import (
    cka,
    condition_numbers,
    describe,
    geometric_difference,
    magnitude_retention,
    mean_to_spread,
    ranks,
    target_alignment,
)

Floats = NDArray[np.float64]


def data(n: int = 60) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """A representation, the input it is of, and classes that the input tells."""
    rng = np.random.default_rng(0)
    raw = rng.normal(size=(n, 3)) + 1
    return np.tanh(raw @ rng.normal(size=(3, 8))), raw, (raw[:, 0] > 1).astype(int)


def test_each_part_is_what_its_own_function_gives() -> None:
    Z, raw, y = data()
    found = describe(Z, y=y, raw=raw, permutations=19, regularisation=0.01)
    assert found.ranks == ranks(Z)
    assert found.uncentred_ranks == ranks(Z, centred=False)
    assert found.condition.raw.number == condition_numbers(Z).raw.number
    assert found.rho == mean_to_spread(Z)
    assert found.target_alignment is not None and found.raw_alignment is not None
    assert found.target_alignment.debiased == target_alignment(Z, y, permutations=0).debiased
    assert found.raw_alignment.debiased == cka(Z, raw, permutations=0).debiased
    assert found.difference is not None and found.retention is not None
    difference = geometric_difference(raw @ raw.T, Z @ Z.T, regularisation=0.01)
    assert found.difference.plain == pytest.approx(difference.plain, rel=1e-9)
    assert found.retention.distance_correlation == pytest.approx(magnitude_retention(Z, raw).distance_correlation)
    assert found.reasons == {}


def test_what_was_not_given_is_none() -> None:
    found = describe(data()[0])
    for part in ("target_alignment", "complexity", "raw_alignment", "difference", "retention", "hamming"):
        assert getattr(found, part) is None
    assert found.as_dict()["retention"] is None


def test_words_of_0_and_1_are_compared_by_their_bits() -> None:
    levels = np.arange(16).reshape(-1, 1)
    words = np.tri(16, 15, -1, dtype=np.uint8)
    hamming = describe(words, raw=levels).hamming
    assert hamming is not None and hamming.rank_correlation == pytest.approx(1, abs=1e-12)


def test_a_kernel_is_followed_over_the_inputs_columns() -> None:
    Z, raw, _ = data()
    found = describe(Z, raw=raw, kernel=lambda X: X @ X.T, feature_counts=[1, 3], permutations=0).concentration
    assert found is not None and found.features == (1, 3)
    with pytest.raises(ValueError, match="kernel is given without raw: give the input"):
        describe(Z, kernel=lambda X: X @ X.T)


def test_it_is_frozen_short_and_one_row_of_plain_values() -> None:
    Z, raw, y = data()
    found = describe(Z, y=y, raw=raw, permutations=19, bootstrap=20)
    with pytest.raises(FrozenInstanceError):
        found.samples = 3  # type: ignore[misc]
    assert repr(found).startswith("Description of 60 samples x 8 columns\n")
    assert len(repr(found).splitlines()) < 16
    row = found.as_dict()
    assert json.loads(json.dumps(row)) == row
    assert row["ranks.effective"] == found.ranks.effective
    assert len(row["retention.features.ridge"]) == 3
    assert all(part in row for part in ("target_alignment.null.p_value", "difference.generalisation", "cosine.mean"))


def test_the_same_seed_gives_the_same_and_a_generator_goes_on() -> None:
    Z, raw, y = data()
    options: dict[str, Any] = {"y": y, "raw": raw, "permutations": 9}
    assert describe(Z, **options) == describe(Z, **options)
    generator = np.random.RandomState(0)
    one, other = (describe(Z, random_state=generator, **options).retention for _ in range(2))
    assert one != other


def test_more_samples_than_asked_for_are_drawn_with_their_input_and_target() -> None:
    Z, raw, y = data(200)
    found = describe(Z, y=y, raw=raw, max_samples=50, permutations=0)
    assert found.samples == 50
    assert found.raw_alignment is not None and found.raw_alignment.debiased > 0.5
    assert found.target_alignment is not None and found.target_alignment.debiased > 0.1


@pytest.mark.parametrize("unit", [1e200, 1e-200])
def test_huge_and_tiny_values_give_what_others_give(unit: float) -> None:
    Z, raw, y = data()
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found = describe(Z * unit, y=y, raw=raw * unit, permutations=9)
    known = describe(Z, y=y, raw=raw, permutations=9)
    compared = 0
    for name, value in known.as_dict().items():
        if isinstance(value, float) and isfinite(value) and not name.endswith((".regularisation", "cut_off")):
            assert found.as_dict()[name] == pytest.approx(value, rel=1e-6, abs=1e-9), name
            compared += 1
    assert compared > 25


@pytest.mark.parametrize("value", [0, 0.1, 1e200])
def test_a_constant_representation_is_described_with_reasons_and_no_0_by_accident(value: float) -> None:
    _, raw, y = data()
    found = describe(np.full((60, 4), value), y=y, raw=raw)
    assert found.constant_columns == 4
    parts = {"ranks", "condition.raw", "condition.standardised", "rho", "target_alignment", "raw_alignment"}
    assert parts <= set(found.reasons)
    row = found.as_dict()
    for name in ("ranks.effective", "condition.raw.number", "target_alignment.debiased", "raw_alignment.biased"):
        assert np.isnan(row[name])
    assert "unknown               ranks: every singular value is 0" in repr(found)


def test_a_constant_column_adds_nothing_to_centred_parts() -> None:
    Z, _, y = data()
    found = describe(np.hstack([Z, np.full((60, 1), 0.1)]), y=y)
    known = describe(Z, y=y)
    assert found.constant_columns == 1
    assert found.ranks.effective == pytest.approx(known.ranks.effective, rel=1e-9)
    assert found.target_alignment is not None and known.target_alignment is not None
    assert found.target_alignment.debiased == pytest.approx(known.target_alignment.debiased, rel=1e-9)


@pytest.mark.parametrize("n", [2, 3, 5])
def test_few_samples_are_described_as_far_as_they_can_be(n: int) -> None:
    Z, raw, _ = data(n)
    found = describe(Z, y=np.arange(n), raw=raw, target="numbers")
    assert found.ranks.numerical == n - 1
    assert "retention" in found.reasons
    assert ("raw_alignment" in found.reasons) == (n < 4)


def test_a_float32_representation_is_described_as_its_float64() -> None:
    Z, raw, y = data()
    one, other = describe(Z.astype(np.float32), y=y, raw=raw), describe(Z, y=y, raw=raw)
    assert one.ranks.effective == pytest.approx(other.ranks.effective, rel=1e-5)
    assert one.ranks.numerical == other.ranks.numerical


def test_standardising_before_amplitude_gives_wine_its_rank() -> None:
    X = load_wine(return_X_y=True)[0]
    standardised = (X - X.mean(axis=0)) / X.std(axis=0)
    rows = {name: Z / np.linalg.norm(Z, axis=1, keepdims=True) for name, Z in (("raw", X), ("std", standardised))}
    raw, std = describe(rows["raw"]), describe(rows["std"])
    assert std.uncentred_ranks.effective == pytest.approx(11.24, abs=0.005)
    assert raw.uncentred_ranks.effective < 1.4
    assert raw.rho.value > 10 * std.rho.value


def test_an_encoder_is_cloned_and_fitted_to_each_number_of_columns() -> None:
    Z, raw, _ = data()
    encoder = AngleEncoder()
    found = describe(Z, raw=raw, kernel=encoder, feature_counts=[1, 3], permutations=0).concentration
    assert found is not None
    assert not hasattr(encoder, "n_features_in_")
    for m, mean in zip(found.features, found.mean, strict=True):
        K = AngleEncoder().fit(raw[:, :m]).kernel(raw[:, :m])
        assert mean == pytest.approx(K[np.triu_indices(len(K), 1)].mean(), rel=1e-12)


def test_all_that_was_computed_is_printed_a_line_each() -> None:
    Z, raw, y = data()
    found = describe(Z, y=y, raw=raw, kernel=AngleEncoder(), permutations=19, bootstrap=20)
    names = ("rho", "cosine", "CKA with target", "interval", "model complexity", "geometric difference", "distances")
    for name in (*names, "concentration", "sqrt(n) = 7.746"):
        assert name in repr(found)
    assert "Hamming" in repr(describe((Z > 0).astype(int), raw=raw))
    assert max(len(line) for line in repr(found).splitlines()) <= 120


@pytest.mark.parametrize("sparse", [False, True])
def test_rows_that_are_not_drawn_are_not_read_and_a_drawn_one_is_refused_at_its_place(sparse: bool) -> None:
    Z, _, _ = data(200)
    drawn = np.sort(check_random_state(0).permutation(200)[:50])
    for row, message in ((drawn[-1], f"Z has NaN at row {drawn[-1]}, column 2"), (_not_in(drawn), "")):
        broken = Z.copy()
        broken[row, 2] = np.nan
        given = csr_array(broken) if sparse else broken
        if message:
            with pytest.raises(ValueError, match=message):
                describe(given, max_samples=50)
        else:
            assert describe(given, max_samples=50).ranks == ranks(Z[drawn])


def _not_in(drawn: NDArray[np.intp]) -> int:
    """The first row that was not drawn."""
    return int(np.setdiff1d(np.arange(200), drawn)[0])


def test_what_a_target_holds_is_decided_on_all_samples() -> None:
    Z, _, _ = data(200)
    y = np.r_[np.zeros(199), 0.5] + np.arange(200) % 3
    found = describe(Z, y=y, max_samples=50, permutations=0)
    assert found == describe(Z, y=y, max_samples=50, permutations=0, target="numbers")


@pytest.mark.parametrize("module", ["concentration", "survey", "ranks"])
def test_examples_of_docstrings_give_what_they_say(module: str) -> None:
    failed, tried = doctest.testmod(import_module(f"mlipilot.runtime.encodings.geometry.{module}"))
    assert (failed, tried > 0) == (0, True)
