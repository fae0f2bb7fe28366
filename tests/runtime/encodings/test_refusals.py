"""What an encoder refuses: parameters, samples, features and sizes, each with argument, cause and remedy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.kernel_approximation import Nystroem
from sklearn.kernel_ridge import KernelRidge

from mlipilot.encodings import (
    AmplitudeEncoder,
    AngleEncoder,
    BasisEncoder,
    DenseAngleEncoder,
    IQPEncoder,
    MemoryLimitError,
)

X = np.random.default_rng(0).random((12, 3))
ENCODERS = [AmplitudeEncoder, AngleEncoder, BasisEncoder, DenseAngleEncoder, IQPEncoder]


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n_jobs": 0}, "`n_jobs` is 0: write how many threads to use, or -1"),
        ({"n_jobs": "2"}, "`n_jobs` is '2': write how many threads"),
        ({"n_jobs": 1.5}, "`n_jobs` is 1.5: write how many threads"),
        ({"max_memory": "4GiB"}, "`max_memory` is '4GiB': write a whole number of at least 1"),
        ({"max_memory": 0}, "`max_memory` is 0: write a whole number of at least 1"),
        ({"max_memory": None}, "`max_memory` is None: write a whole number"),
    ],
)
def test_what_all_encoders_have_is_checked_alike(encoder: Any, parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as refusal:
        encoder(**parameters).fit(X)
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("encoder", "message"),
    [
        (AngleEncoder(bandwidth="1"), "`bandwidth` is '1': write a finite number above 0"),
        (AngleEncoder(bandwidth=[1.0, 2.0]), "`bandwidth` is [1.0, 2.0]: write"),
        (DenseAngleEncoder(bandwidth=True), "`bandwidth` is True: write"),
        (IQPEncoder(bandwidth=-1), "`bandwidth` is -1: write a finite number above 0"),
        (IQPEncoder(layers=True), "`layers` is True: write a whole number of at least 1"),
        (AngleEncoder(interval="01"), "`interval` is '01': write its two ends"),
        (AngleEncoder(interval=("0", "1")), "`interval` is '0': write a finite number"),
        (AngleEncoder(interval=(0, np.inf)), "`interval` is inf: write a finite number"),
        (AngleEncoder(interval=(1, 0)), "`interval` is (1, 0): its lower end comes first"),
        (AngleEncoder(map=["product"]), "`map` is ['product']: write one of 'additive'"),
        (AmplitudeEncoder(pad="0"), "`pad` is '0': write a finite number"),
        (AmplitudeEncoder(pad=None), "`pad` is None: write a finite number"),
        (BasisEncoder(bits="4"), "`bits` is '4': write a whole number from 1 to 16"),
        (BasisEncoder(bits=True), "`bits` is True: write a whole number from 1 to 16"),
    ],
    ids=str,
)
def test_a_parameter_that_is_no_number_is_named(encoder: Any, message: str) -> None:
    with pytest.raises(ValueError) as refusal:
        encoder.fit_transform(X)
    assert message in str(refusal.value)


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("zeta", [-1, 0, np.nan, np.inf, "2", None, True])
def test_a_power_of_a_kernel_is_a_number_above_0(encoder: Any, zeta: Any) -> None:
    with pytest.raises(ValueError, match=r"`zeta` is .*: write a finite number above 0, such as 2, the fidelity"):
        encoder().fit(X).kernel(X, zeta=zeta)


@pytest.mark.parametrize("encoder", ENCODERS)
def test_nothing_is_given_before_fit(encoder: Any) -> None:
    one = encoder()
    for name in ("transform", "kernel", "states", "angles", "levels", "state_kernel", "inverse_transform"):
        if hasattr(one, name):
            with pytest.raises(NotFittedError):
                getattr(one, name)(X)


@pytest.mark.parametrize("encoder", ENCODERS)
def test_a_kernel_of_two_vectors_is_a_number_so_that_models_can_call_it_pair_by_pair(encoder: Any) -> None:
    fitted = encoder().fit(X)
    gram = fitted.kernel(X)
    assert fitted.kernel(X[2], X[5]) == pytest.approx(gram[2, 5], rel=1e-12)
    y = X.sum(axis=1)
    by_pairs = KernelRidge(kernel=fitted.kernel).fit(X, y).predict(X)
    at_once = KernelRidge(kernel="precomputed").fit(gram, y).predict(gram)
    np.testing.assert_allclose(by_pairs, at_once, rtol=1e-9)
    assert Nystroem(kernel=fitted.kernel, n_components=4, random_state=0).fit_transform(X).shape == (12, 4)


@pytest.mark.parametrize("encoder", ENCODERS)
def test_the_second_samples_of_a_kernel_are_named_as_such(encoder: Any) -> None:
    fitted = encoder().fit(X)
    wrong = X.copy()
    wrong[1, 2] = np.nan
    with pytest.raises(ValueError, match="Y has NaN at row 1, column 2"):
        fitted.kernel(X, wrong)
    with pytest.raises(ValueError, match="Y has 2 features"):
        fitted.kernel(X, X[:, :2])


@pytest.mark.parametrize(
    ("encoder", "samples"),
    [
        (AngleEncoder(interval=None), X * 1e100),
        (AngleEncoder(interval=None), X * 1e308),
        (AngleEncoder(bandwidth=1e20), X),
        (AngleEncoder(bandwidth=1e6), X.astype(np.float32)),
        (DenseAngleEncoder(interval=None), X * 1e306),
        (IQPEncoder(), X * 1e200),
    ],
    ids=str,
)
def test_angles_whose_sine_has_no_digits_left_are_refused_by_place(encoder: Any, samples: Any) -> None:
    fitted = encoder.fit(samples)
    for call in (fitted.transform, fitted.kernel):
        with pytest.raises(ValueError, match=r"the angle of row \d+, column \d .* scale the features"):
            call(samples)


def test_angles_of_many_turns_are_taken_where_their_digits_hold() -> None:
    wide = AngleEncoder(bandwidth=1e6).fit(X)
    assert np.isfinite(wide.transform(X)).all()


def test_dates_are_not_numbers() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1.0, 2.0], "when": pandas.date_range("2026-01-01", periods=2)})
    with pytest.raises(ValueError, match="X has dates or times in column 'when'"):
        AngleEncoder().fit(frame)
    with pytest.raises(ValueError, match="X has dates or times"):
        AngleEncoder().fit(np.array([["2026-01-01"], ["2026-01-02"]], dtype="datetime64[s]"))
    with pytest.raises(ValueError, match=r"X is None: give samples"):
        AngleEncoder().fit(None)


def test_values_outside_of_the_range_are_not_turned_back_as_others() -> None:
    encoder = AngleEncoder(beyond="extrapolate").fit([[0.0], [1.0]])
    for value in (1.25, -0.25):
        with pytest.raises(ValueError, match="row 0 of X has features of a value of feature 0 outside of its range"):
            encoder.inverse_transform(encoder.transform([[value]]))


@pytest.mark.parametrize(
    ("encoder", "features"),
    [
        (AngleEncoder(), np.zeros((1, 6))),
        (AngleEncoder(map="product"), np.full((1, 8), 0.9)),
        (AmplitudeEncoder(norm="append"), np.full((1, 5), 2.0)),
        (BasisEncoder(bits=2, code="onehot"), np.ones((1, 12))),
        (BasisEncoder(bits=2, code="thermometer"), np.tile([0.0, 1.0, 1.0], (1, 3))),
        (BasisEncoder(bits=2), np.full((1, 6), 0.4)),
    ],
    ids=str,
)
def test_features_of_no_sample_are_not_turned_back(encoder: Any, features: Any) -> None:
    with pytest.raises(ValueError, match=r"gives of no sample|code of no level|bits are 0 or 1|outside of its range"):
        encoder.fit(X).inverse_transform(features)


def test_what_to_do_where_states_are_too_large_is_what_helps() -> None:
    many = np.random.default_rng(1).random((5, 100))
    with pytest.raises(
        MemoryLimitError, match=r"write `map = 'additive'`, take the kernel, which needs no states .* or raise it"
    ):
        AngleEncoder(map="product").fit(many).transform(many)
    with pytest.raises(MemoryLimitError, match=r"names of the .* work without names"):
        AngleEncoder(map="product").fit(many[:, :40]).get_feature_names_out()
    with pytest.raises(MemoryLimitError, match=r"more than `max_memory` of 1000 B"):
        AngleEncoder(max_memory=1000).fit(many).transform(many)
