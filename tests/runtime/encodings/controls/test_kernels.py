"""Classical kernels as functions, and maps as Gram matrices, alone and inside cross-validation."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.datasets import load_wine
from sklearn.kernel_ridge import KernelRidge
from sklearn.model_selection import GridSearchCV, KFold, StratifiedKFold, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from mlipilot.encodings import AmplitudeEncoder, AngleEncoder, BasisEncoder
from mlipilot.runtime.encodings.controls import CosineKernel, GramMatrix, LaplacianKernel, RandomTanhLayer, RBFKernel
from mlipilot.runtime.encodings.memory import MemoryLimitError

Numbers = NDArray[np.float64]
KERNELS = [RBFKernel(gamma=0.3), LaplacianKernel(gamma=0.2), CosineKernel(zeta=1), CosineKernel(zeta=4)]


@pytest.fixture
def samples() -> Numbers:
    return np.random.default_rng(2).normal(size=(25, 4))


@pytest.fixture(scope="module")
def wine() -> tuple[Numbers, NDArray[np.int64]]:
    X, y = load_wine(return_X_y=True)
    return StandardScaler().fit_transform(X), y


def test_kernels_are_their_formulas(samples: Numbers) -> None:
    x, y = samples[0], samples[1]
    assert RBFKernel(gamma=0.3)(x, y) == pytest.approx(np.exp(-0.3 * np.sum((x - y) ** 2)), rel=1e-12)
    assert LaplacianKernel(gamma=0.3)(x, y) == pytest.approx(np.exp(-0.3 * np.sum(np.abs(x - y))), rel=1e-12)
    cosine = x @ y / np.linalg.norm(x) / np.linalg.norm(y)
    assert CosineKernel(zeta=3)(x, y) == pytest.approx(cosine**3, rel=1e-12)
    assert CosineKernel(zeta=1.5)(x, y) == pytest.approx(abs(cosine) ** 1.5, rel=1e-12)


def test_gamma_is_one_over_the_features_where_it_is_not_given(samples: Numbers) -> None:
    for kind in (RBFKernel, LaplacianKernel):
        assert np.array_equal(kind()(samples), kind(gamma=1 / 4)(samples))


@pytest.mark.parametrize("kernel", KERNELS, ids=str)
def test_kernel_matrices_are_positive_semidefinite(samples: Numbers, kernel: Any) -> None:
    values = np.linalg.eigvalsh(kernel(samples))
    assert values.min() > -1e-12 * values.max()


@pytest.mark.parametrize("kernel", KERNELS, ids=str)
def test_two_vectors_give_the_entry_of_their_matrix(samples: Numbers, kernel: Any) -> None:
    assert kernel(samples[3], samples[4]) == pytest.approx(kernel(samples)[3, 4], rel=1e-13)
    assert isinstance(kernel(samples[3], samples[4]), float)


@pytest.mark.parametrize("kernel", KERNELS, ids=str)
def test_a_function_and_its_gram_matrix_give_one_model(samples: Numbers, kernel: Any) -> None:
    y = samples[:, 0] * samples[:, 1]
    gram = GramMatrix(kernel=kernel)
    ridge = KernelRidge(alpha=0.1, kernel=kernel).fit(samples[:15], y[:15])
    precomputed = make_pipeline(gram, KernelRidge(alpha=0.1, kernel="precomputed")).fit(samples[:15], y[:15])
    assert np.allclose(precomputed.predict(samples[15:]), ridge.predict(samples[15:]), rtol=1e-9)
    vectors = SVC(kernel=kernel).fit(samples[:15], y[:15] > 0)
    same = make_pipeline(gram, SVC(kernel="precomputed")).fit(samples[:15], y[:15] > 0)
    assert np.allclose(same.decision_function(samples[15:]), vectors.decision_function(samples[15:]), rtol=1e-6)


def test_the_cosine_does_not_overflow_and_has_a_value_for_zeros(samples: Numbers) -> None:
    kernel = CosineKernel(zeta=2)
    for factor in (1e200, 1e-200):
        assert np.allclose(kernel(samples * factor), kernel(samples), rtol=1e-12)
    assert kernel(np.zeros(4), samples[0]) == 0


def test_sparse_samples_give_the_same_kernels(samples: Numbers) -> None:
    given = np.where(samples > 0, samples, 0)
    for kernel in KERNELS:
        assert np.allclose(kernel(csr_array(given)), kernel(given), rtol=1e-12, atol=1e-14)


def test_a_search_sets_the_parameter_of_a_kernel(wine: Any) -> None:
    model = make_pipeline(GramMatrix(kernel=RBFKernel()), SVC(kernel="precomputed"))
    search = GridSearchCV(model, {"grammatrix__kernel__gamma": [1e-6, 0.05]}, cv=3).fit(*wine)
    assert search.best_params_ == {"grammatrix__kernel__gamma": 0.05}
    assert model.named_steps["grammatrix"].kernel.gamma is None


@pytest.mark.parametrize(
    ("kernel", "message"),
    [
        (RBFKernel(gamma=0), "gamma == 0, must be > 0"),
        (LaplacianKernel(gamma=-1.0), "gamma == -1.0, must be > 0"),
        (CosineKernel(zeta=0), "zeta == 0, must be > 0"),
    ],
)
def test_a_parameter_out_of_range_is_named(samples: Numbers, kernel: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kernel(samples)


@pytest.mark.parametrize(
    ("gram", "direct"),
    [
        (GramMatrix(kernel=RBFKernel(gamma=0.1)), SVC(kernel="rbf", gamma=0.1)),
        (
            GramMatrix(encoder=RandomTanhLayer(n_components=40, random_state=0)),
            make_pipeline(RandomTanhLayer(n_components=40, random_state=0), SVC(kernel="linear")),
        ),
    ],
    ids=["kernel", "encoder"],
)
def test_cross_validation_gives_what_the_features_give(wine: Any, gram: Any, direct: Any) -> None:
    X, y = wine
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    found = cross_val_score(make_pipeline(gram, SVC(kernel="precomputed")), X, y, cv=folds)
    assert np.array_equal(found, cross_val_score(direct, X, y, cv=folds))


class Centred(TransformerMixin, BaseEstimator):
    """Takes the mean of what it was fitted to, and counts how often it was fitted."""

    def __init__(self, dtype: Any = np.float64) -> None:
        self.dtype = dtype

    def fit(self, X: Any, y: Any = None) -> Self:
        self.mean_ = X.mean(axis=0)
        return self

    def transform(self, X: Any) -> Any:
        return (X - self.mean_).astype(self.dtype)


def test_an_encoder_that_learns_is_fitted_in_each_fold_alone(samples: Numbers) -> None:
    samples = samples + 10
    y = samples @ [1.0, 2.0, 3.0, 4.0]
    found = cross_val_predict(
        make_pipeline(GramMatrix(encoder=Centred()), KernelRidge(kernel="precomputed")), samples, y, cv=KFold(5)
    )
    for train, test in KFold(5).split(samples):
        inside = samples[train] - samples[train].mean(axis=0)
        outside = samples[test] - samples[train].mean(axis=0)
        expected = outside @ inside.T @ np.linalg.solve(inside @ inside.T + np.eye(len(train)), y[train])
        assert np.allclose(found[test], expected, rtol=1e-10)


def test_the_encoder_given_is_not_fitted(samples: Numbers) -> None:
    encoder = Centred()
    GramMatrix(encoder=encoder).fit(samples)
    assert not hasattr(encoder, "mean_")


def test_new_samples_are_rows_and_those_of_fit_columns(samples: Numbers) -> None:
    gram = GramMatrix().fit(samples[:10])
    assert np.allclose(gram.transform(samples[10:]), samples[10:] @ samples[:10].T, rtol=1e-13)
    assert list(gram.get_feature_names_out()[:2]) == ["grammatrix0", "grammatrix1"]


def test_features_of_bytes_are_not_multiplied_as_bytes() -> None:
    encoder = Centred(np.uint8)
    given = (np.arange(12.0).reshape(6, 2) * 20) ** 2 % 251
    features = encoder.fit(given).transform(given)
    with np.errstate(over="ignore"):
        wrong = features @ features.T
    found = GramMatrix(encoder=Centred(np.uint8), kernel=lambda X, Y: X @ Y.T).fit_transform(given)
    assert np.array_equal(found, features.astype(int) @ features.astype(int).T)
    assert not np.array_equal(found, wrong)


def test_amplitude_encoding_is_the_cosine_kernel(samples: Numbers) -> None:
    cosine = GramMatrix(kernel=CosineKernel(zeta=2)).fit(samples[:9]).transform(samples)
    closed = GramMatrix(encoder=AmplitudeEncoder(), kernel="encoder", kernel_params={"zeta": 2})
    assert np.allclose(closed.fit(samples[:9]).transform(samples), cosine, rtol=1e-11, atol=1e-14)
    overlaps = GramMatrix(encoder=AmplitudeEncoder()).fit(samples[:9]).transform(samples)
    assert np.allclose(overlaps**2, cosine, rtol=1e-11, atol=1e-14)


def test_a_product_state_of_a_hundred_qubits_is_cross_validated_as_a_kernel(wine: Any) -> None:
    X, y = wine
    X = np.tile(X, 8)[:, :100]
    gram = GramMatrix(encoder=AngleEncoder(map="product", bandwidth=0.1), kernel="encoder")
    assert cross_val_score(make_pipeline(gram, SVC(kernel="precomputed", C=10)), X, y, cv=3).mean() > 0.9


@pytest.mark.parametrize("kernel", KERNELS, ids=str)
def test_single_precision_is_kept(samples: Numbers, kernel: Any) -> None:
    gram = GramMatrix(kernel=kernel)
    single = gram.fit_transform(samples.astype(np.float32))
    assert single.dtype == np.float32
    assert np.abs(single - gram.fit_transform(samples)).max() < 1e-5


class ClosedForm(TransformerMixin, BaseEstimator):
    """An encoder with a kernel, and with features that cannot be made."""

    def fit(self, X: Any, y: Any = None) -> Self:
        self.scale_ = X.std()
        return self

    def transform(self, X: Any) -> Any:
        raise MemoryError

    def kernel(self, X: Any, Y: Any = None, *, zeta: float = 2) -> Any:
        return CosineKernel(zeta=zeta)(X / self.scale_, Y if Y is None else Y / self.scale_)


def test_the_closed_form_of_an_encoder_makes_no_features(samples: Numbers) -> None:
    gram = GramMatrix(encoder=ClosedForm(), kernel="encoder", kernel_params={"zeta": 3})
    assert np.allclose(gram.fit_transform(samples), CosineKernel(zeta=3)(samples), rtol=1e-12)
    assert np.allclose(
        clone(gram).fit(samples[:9]).transform(samples), CosineKernel(zeta=3)(samples)[:, :9], rtol=1e-12
    )


@pytest.mark.parametrize(
    ("gram", "message"),
    [
        (GramMatrix(kernel="encoder"), "`kernel` is 'encoder', and None has no method `kernel`"),
        (GramMatrix(kernel="rbf"), "`kernel` is 'rbf': write 'linear', 'encoder', or a function"),  # type: ignore[arg-type]
    ],
)
def test_a_kernel_that_does_not_exist_is_named(samples: Numbers, gram: GramMatrix, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        gram.fit(samples)


def test_a_matrix_beyond_the_memory_is_refused_with_its_size(samples: Numbers) -> None:
    with pytest.raises(MemoryLimitError, match=r"4.88 KiB, more than `max_memory` of 1 KiB"):
        GramMatrix(max_memory=1024).fit(samples).transform(samples)


def test_a_gram_matrix_refuses_what_is_no_kernel_of_all_pairs_or_no_transformer(samples: Numbers) -> None:
    with pytest.raises(ValueError, match=r"`kernel` gives the shape \(\d+, \d+\), expected"):
        GramMatrix(kernel=lambda one, other: one).fit_transform(samples)
    with pytest.raises(ValueError, match="`encoder` is 3: give a transformer"):
        GramMatrix(encoder=3).fit(samples)
    with pytest.raises(ValueError, match="`kernel` cannot be called with `kernel_params`"):
        GramMatrix(kernel_params={"foo": 1}).fit_transform(samples)


def test_packed_bits_are_no_features_of_a_kernel(samples: Numbers) -> None:
    with pytest.raises(ValueError, match="64-bit words, as packed bits are, and not numbers"):
        GramMatrix(encoder=BasisEncoder(output="packed")).fit(samples)
