"""What is refused, with argument, place and remedy; and what is taken, of many types, without a change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from mlipilot.runtime.encodings.angle import AngleEncoder
from mlipilot.runtime.encodings.geometry import Condition, cka, describe, model_complexity, ranks, target_alignment


def with_cell(value: Any, dtype: Any = float) -> np.ndarray:
    """A matrix (4, 3) of numbers with one other cell, at row 2, column 1."""
    matrix = np.arange(12).reshape(4, 3).astype(dtype)
    matrix[2, 1] = value
    return matrix


@pytest.mark.parametrize(
    ("Z", "message"),
    [
        (with_cell(np.nan), "Z has NaN at row 2, column 1: leave the row out, or fill"),
        (with_cell(np.inf), "Z has infinity at row 2, column 1: leave the row out, or clip"),
        (with_cell(None, object), "Z has NaN at row 2, column 1: leave the row out, or fill"),
        (with_cell("red", object), "Z has text at row 2, column 1 ('red'): leave the column out, or encode it"),
        (np.full((4, 3), "red"), "Z has text at row 0, column 0"),
        (np.full((4, 3), np.nan), "Z has NaN at row 0, column 0 (and 11 more)"),
        (np.ma.masked_equal(with_cell(-1.0), -1.0), "Z has NaN at row 2, column 1"),
        (np.zeros((4, 3), dtype="datetime64[s]"), "Z has a datetime64 at row 0, column 0"),
        (np.ones((4, 3), dtype=complex), "Z is complex: give np.hstack([Z.real, Z.imag])"),
        (np.ones((1, 3)), "Z has one sample: its geometry needs at least 2, give more rows"),
        (np.ones((0, 3)), "Z has 0 samples: its geometry needs at least 2, give more rows"),
        (np.ones((4, 0)), "Z has 4 rows and 0 columns: give at least one column"),
        (np.ones(4), "Z has shape (4,), expected (samples, columns): Z.reshape(-1, 1) is one column"),
        (np.ones((4, 3, 2)), "Z has shape (4, 3, 2), expected (samples, columns): flatten each sample"),
    ],
)
@pytest.mark.parametrize("measure", [ranks, describe])
def test_a_representation_that_cannot_be_measured_is_refused(measure: Any, Z: Any, message: str) -> None:
    with pytest.raises(ValueError) as refusal:
        measure(Z)
    assert str(refusal.value).startswith(message)


def test_a_column_of_a_data_frame_is_refused_by_its_name() -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"length": [1.0, 2.0], "species": ["setosa", "virginica"]})
    with pytest.raises(ValueError, match=r"Z has text at row 0, column 1 \('species'\) \('setosa'\): leave"):
        ranks(frame)
    assert ranks(frame.select("length")).numerical == 1


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float16, np.float32, np.longdouble, object])
def test_any_real_type_is_measured_and_left_as_it_was(dtype: Any) -> None:
    Z = np.random.default_rng(0).integers(0, 2, size=(12, 4)).astype(dtype)
    before = Z.copy()
    expected = ranks(Z.astype(np.float64)).effective
    assert ranks(Z).effective == pytest.approx(expected, rel=1e-12)
    assert ranks(csr_array(Z.astype(np.float64))).effective == pytest.approx(expected, rel=1e-12)
    np.testing.assert_array_equal(Z, before)
    assert Z.dtype == before.dtype


@pytest.mark.parametrize(
    ("K", "message"),
    [
        (np.ones((4, 3)), r"K has shape \(4, 3\), expected \(n, n\)"),
        (with_cell(5.0)[:3], r"K is not symmetric: it differs from its transpose by 4 at row 0, column 2"),
        (with_cell(np.nan)[1:], r"K has NaN at row 1, column 1"),
    ],
)
def test_what_is_not_a_kernel_matrix_is_refused(K: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        model_complexity(K, np.arange(3))


@pytest.mark.parametrize(
    ("y", "kind", "message"),
    [
        (np.arange(3), "auto", r"y has shape \(3,\), expected 4 rows: one value for each sample"),
        ([0.5, np.nan, 1.0, 2.0], "auto", "y has NaN at row 1, column 0"),
        ([0.0, np.nan, 1.0, 2.0], "classes", "y has NaN at row 1, column 0"),
        (["a", "b", "a", "b"], "numbers", r"y has text at row 0 \('a'\): write target=\"classes\""),
        (np.ones((4, 2)), "classes", "classes are one column"),
        (np.arange(4), "labels", "target is 'labels', expected 'auto', 'classes' or 'numbers'"),
    ],
)
def test_a_target_that_does_not_fit_is_refused(y: Any, kind: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        target_alignment(with_cell(0.0), y, target=kind)


@pytest.mark.parametrize("name", ["X", "Y"])
def test_the_argument_that_is_wrong_is_the_one_that_is_named(name: str) -> None:
    arguments = {"X": with_cell(0.0), "Y": with_cell(0.0), name: with_cell(np.nan)}
    with pytest.raises(ValueError, match=f"{name} has NaN at row 2, column 1"):
        cka(**arguments)


@pytest.mark.parametrize("measure", [ranks, describe])
def test_packed_bits_are_words_and_not_measured_as_numbers(measure: Any) -> None:
    words = np.arange(12, dtype=np.uint64).reshape(4, 3)
    with pytest.raises(ValueError, match=r'Z has dtype uint64.*output="dense" or .*of counts, give Z.astype\(float\)'):
        measure(words)
    assert ranks(words.astype(float)).numerical == 1


def test_many_whole_numbers_are_refused_until_it_is_said_what_they_are() -> None:
    Z, y = np.random.default_rng(0).normal(size=(62, 3)), np.arange(62) % 31
    for target in (y, y.astype(float), y.astype(np.uint64)):
        with pytest.raises(
            ValueError, match=r'y has 31 different whole numbers.*: write target="classes" or target="n'
        ):
            target_alignment(Z, target)
        numbers, classes = (target_alignment(Z, target, target=kind) for kind in ("numbers", "classes"))
        assert numbers != classes
    assert target_alignment(Z, y % 30) == target_alignment(Z, y % 30, target="classes")
    labels = [f"class {k:02}" for k in y]
    assert target_alignment(Z, labels) == target_alignment(Z, y, target="classes")


def test_a_kernel_with_nan_is_not_to_be_imputed() -> None:
    with pytest.raises(ValueError, match=r"K has NaN at row 0, column 0: compute the kernel of samples without it$"):
        model_complexity(np.diag([np.nan, 1.0, 1.0]), np.arange(3))


def test_text_is_shown_as_it_was_written() -> None:
    with pytest.raises(ValueError, match=r"row 0, column 0 \('a'\)"):
        ranks(np.full((3, 2), "a"))


def test_rows_of_different_lengths_and_mixed_labels_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="Z has rows of different lengths"):
        ranks([[1.0, 2.0], [1.0]])
    with pytest.raises(ValueError, match="y mixes labels of types"):
        target_alignment(with_cell(0.0), np.array(["a", 1, "b", 2], dtype=object))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"permutations": "9"}, "permutations is '9', expected a whole number of at least 0"),
        ({"permutations": True}, "permutations is True, expected a whole number"),
        ({"bootstrap": 2.5}, "bootstrap is 2.5, expected a whole number"),
        ({"folds": "5"}, "folds is '5', expected a whole number of at least 2"),
        ({"neighbours": None}, "neighbours is None, expected a whole number of at least 1"),
        ({"max_samples": 1}, "max_samples is 1, expected a whole number of at least 2"),
        ({"regularisation": "a"}, "regularisation is 'a', expected a finite number"),
        ({"regularisation": np.nan}, "regularisation is nan, expected a finite number"),
        ({"cut_off": "x"}, r"cut_off is 'x', expected a share of the largest singular value in \[0, 1\)"),
        ({"random_state": "a"}, "random_state is 'a', expected a whole number"),
        ({"random_state": -1}, "random_state is -1, expected a whole number"),
        ({"target": "class", "y": np.arange(4)}, "target is 'class', expected 'auto', 'classes' or 'numbers'"),
        ({"kernel": "rbf", "raw": np.eye(4)}, "kernel is 'rbf', expected an encoder, such as AngleEncoder()"),
        ({"kernel": AngleEncoder, "raw": np.eye(4)}, "kernel is the class AngleEncoder, expected an encoder"),
        ({"feature_counts": [1], "raw": np.eye(4)}, "feature_counts is given without kernel: give the encoder"),
    ],
)
def test_an_option_of_the_wrong_kind_is_refused_by_its_name(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        describe(np.arange(12.0).reshape(4, 3) ** 2, **options)
    if "cut_off" in options:
        with pytest.raises(ValueError, match=message):
            ranks(np.eye(3), **options)


@pytest.mark.parametrize("field", ["number", "regularised", "kept"])
def test_help_says_what_a_field_means(field: str) -> None:
    assert f"{field}: " in (Condition.__doc__ or "")
