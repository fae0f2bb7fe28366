"""The parts of `paper_compat`, each against its definition."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from mlipilot.runtime.encodings.datasets import load
from mlipilot.runtime.encodings.paper import accuracy_table, paper_compat, similarity_table, spectrum_table, tables
from mlipilot.runtime.encodings.paper.caveats import Caveat
from mlipilot.runtime.encodings.paper.maps import ENCODINGS, amplitude, angle, basis, dimensions
from mlipilot.runtime.encodings.paper.methods import METHODS, Method
from mlipilot.runtime.encodings.paper.protocol import similarity_rows, spectra_rows, split
from mlipilot.runtime.encodings.paper.similarity import gram, linear_cka, quadratic_gram

RNG = np.random.default_rng(0)
TRAIN = RNG.normal(size=(30, 5))


def test_amplitude_is_a_unit_vector_of_a_power_of_two_entries_whatever_the_scale() -> None:
    encoded = amplitude(TRAIN, TRAIN)
    assert encoded.shape == (30, 8)
    assert not encoded[:, 5:].any()
    np.testing.assert_allclose(np.linalg.norm(encoded, axis=1), 1.0, rtol=1e-11)
    np.testing.assert_allclose(amplitude(TRAIN, 1e6 * TRAIN), encoded, rtol=1e-11)


def test_amplitude_of_a_row_of_zeros_stays_zero_as_in_the_paper() -> None:
    assert not amplitude(TRAIN, np.zeros((1, 5))).any()


def test_angle_gives_the_ends_of_the_training_range_opposite_signs_of_sine() -> None:
    encoded = angle(TRAIN, np.stack([TRAIN.min(axis=0), TRAIN.max(axis=0)])).reshape(2, 5, 2)
    np.testing.assert_allclose(encoded[:, :, 0], 0.0, atol=1e-15)
    np.testing.assert_allclose(encoded[:, :, 1], [[-1.0] * 5, [1.0] * 5])


def test_angle_extrapolates_beyond_the_training_range_while_basis_clips() -> None:
    above, top = TRAIN.max(axis=0) + 0.1, TRAIN.max(axis=0)
    assert not np.allclose(angle(TRAIN, above[None]), angle(TRAIN, top[None]))
    np.testing.assert_array_equal(basis(TRAIN, above[None]), basis(TRAIN, top[None]))


def test_basis_writes_the_level_with_its_highest_bit_first() -> None:
    train = np.array([[0.0], [255.0]])
    assert basis(train, np.array([[130.0]])).tolist() == [[1, 0, 0, 0, 0, 0, 1, 0]]
    assert basis(train, np.array([[300.0], [-1.0]])).tolist() == [[1] * 8, [0] * 8]


@pytest.mark.parametrize("name", ENCODINGS)
def test_constant_feature_is_encoded_to_finite_numbers(name: str) -> None:
    constant = np.column_stack([TRAIN, np.ones(30)])
    assert np.isfinite(ENCODINGS[name](constant, constant)).all()


@pytest.mark.parametrize("n_features", [1, 2, 3, 4, 13, 64, 65])
def test_stated_dimensions_are_those_of_the_encoded_rows(n_features: int) -> None:
    X = RNG.normal(size=(4, n_features))
    assert {name: encode(X, X).shape[1] for name, encode in ENCODINGS.items()} == dimensions(n_features)


def test_overflowing_gram_matrix_is_the_one_that_unsigned_bytes_give() -> None:
    bits = RNG.integers(0, 2, (12, 900)).astype(np.uint8)
    wrapped = gram(bits, overflow=True)
    np.testing.assert_array_equal(wrapped, bits @ bits.T)
    assert (gram(bits) != wrapped).any()
    np.testing.assert_array_equal(gram(bits), bits.astype(int) @ bits.T.astype(int))


def test_quadratic_gram_matrix_is_that_of_the_monomials() -> None:
    monomials = PolynomialFeatures(2, include_bias=False).fit_transform(TRAIN)
    np.testing.assert_allclose(quadratic_gram(TRAIN), monomials @ monomials.T, rtol=1e-12, atol=1e-12)


def test_linear_cka_is_that_of_centred_features_and_one_of_a_table_with_itself() -> None:
    other = RNG.normal(size=(30, 3))
    X, Y = TRAIN - TRAIN.mean(axis=0), other - other.mean(axis=0)
    expected = np.linalg.norm(Y.T @ X) ** 2 / (np.linalg.norm(X.T @ X) * np.linalg.norm(Y.T @ Y))
    assert linear_cka(gram(TRAIN), gram(other)) == pytest.approx(expected)
    assert linear_cka(gram(TRAIN), gram(3.0 * TRAIN + 1.0)) == pytest.approx(1.0)
    assert np.isnan(linear_cka(gram(TRAIN), np.ones((30, 30))))


def test_rows_of_spectra_are_ascending_distinct_and_not_of_the_set_alone() -> None:
    rows = spectra_rows("parity", 8_000)
    assert len(np.unique(rows)) == 2_000
    assert (np.diff(rows) > 0).all()
    assert (spectra_rows("another", 8_000) != rows).any()
    assert spectra_rows("wine", 142).tolist() == list(range(142))
    assert len(similarity_rows(10_000)) == 2_000
    assert len(similarity_rows(178)) == 178


def test_fit_that_was_stopped_is_named_at_its_accuracy(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(n_features: int, seed: int) -> object:
        return make_pipeline(LogisticRegression(max_iter=1))

    method = Method(stopped, METHODS["raw_linear"].dimension, frozenset())  # type: ignore[arg-type]
    monkeypatch.setitem(tables.METHODS, "stopped", method)
    (row,) = accuracy_table(load("iris"), methods=["stopped"], seeds=[42])
    assert row.hides == {Caveat.NOT_CONVERGED}


def test_data_of_a_users_own_gets_the_same_tables() -> None:
    found = paper_compat(load("iris"), seeds=[42])
    assert [row.method for row in found.accuracy] == ["amplitude", "angle", "basis", "raw_linear", "rff", "pca"]
    assert [row.dimension for row in found.accuracy] == [4, 8, 32, 4, 8, 3]
    assert [row.encoding for row in found.spectra] == list(ENCODINGS)
    assert {row.n_rows for row in found.spectra} == {120}
    assert {row.n_rows for row in found.similarity} == {150}
    assert all(row.log10_condition >= 0.0 for row in found.spectra)


def test_split_is_stratified_and_needs_classes() -> None:
    folds = split(load("iris"), 7)
    assert np.bincount(folds.test_labels).tolist() == [10, 10, 10]
    with pytest.raises(ValueError, match=r"`data` must have classes.*'diabetes'"):
        split(load("diabetes"), 7)


def test_unknown_method_and_missing_seeds_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"`methods` must be of amplitude.*not forest"):
        accuracy_table(load("iris"), methods=["forest"])
    with pytest.raises(ValueError, match="`seeds`"):
        accuracy_table(load("iris"), seeds=[])


@pytest.mark.parametrize("table", [paper_compat, accuracy_table, similarity_table, spectrum_table])
@pytest.mark.parametrize("data", ["wine", TRAIN, None])
def test_data_that_are_no_set_are_refused_by_name(table: Any, data: Any) -> None:
    with pytest.raises(ValueError, match=r'`data` must be a `TabularData`, not .*`datasets.load\("wine"\)`'):
        table(data)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"methods": "amplitude"}, r'`methods` must be a list of names, such as \["amplitude"\], not \'amplitude\''),
        ({"methods": []}, "`methods` must name at least one of amplitude"),
        ({"methods": [3]}, "`methods` must be of amplitude.*, not 3"),
        ({"seeds": 42}, r"`seeds` must be a list of whole numbers, such as \[42\], not 42"),
        ({"seeds": ["a"]}, r"`seeds` must be whole numbers in \[0, 2\*\*32\), not 'a'"),
        ({"overflow": "yes"}, "`overflow` must be True or False, not 'yes'"),
    ],
)
def test_an_option_of_the_wrong_kind_is_refused_by_name(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        paper_compat(load("iris"), **options)


def test_tables_are_printed_a_line_a_row_and_given_as_plain_values() -> None:
    found = paper_compat(load("iris"), seeds=[42], methods=["amplitude", "raw_linear"])
    lines = repr(found).splitlines()
    assert lines[0] == "PaperTables of iris"
    assert len(lines) < 50
    assert max(len(line) for line in lines) <= 120
    assert any(line.split()[:2] == ["raw_linear", "4"] for line in lines)
    rows = found.as_dicts()
    assert json.loads(json.dumps(rows)) == rows
    assert rows["accuracy"][0]["mean"] == found.accuracy[0].mean
    assert rows["accuracy"][0]["hides"] == ["unscaled amplitude"]
    assert [row["cka"] for row in rows["similarity"]] == [row.cka for row in found.similarity]
    assert rows["spectra"][0]["log10_condition"] == found.spectra[0].log10_condition


def test_overflow_changes_nothing_where_a_row_has_fewer_than_256_bits() -> None:
    assert similarity_table(load("iris"), overflow=True) == similarity_table(load("iris"))
