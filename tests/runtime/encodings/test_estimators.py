"""Encoders keep the rules of scikit-learn, and name what is wrong with what they are given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars
import pytest
from sklearn.base import clone
from sklearn.datasets import load_wine
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC
from sklearn.utils.estimator_checks import parametrize_with_checks

from mlipilot.encodings import (
    AmplitudeEncoder,
    AngleEncoder,
    BasisEncoder,
    DenseAngleEncoder,
    IQPEncoder,
    MemoryLimitError,
)
from mlipilot.runtime.encodings import compiled

ENCODERS = [
    AmplitudeEncoder(),
    AmplitudeEncoder(norm="append"),
    AmplitudeEncoder(norm="append_log"),
    AmplitudeEncoder(pad=1.0),
    AngleEncoder(),
    AngleEncoder(map="projected", beyond="wrap"),
    AngleEncoder(map="product"),
    AngleEncoder(map="product", axis="x", interval=None),
    AngleEncoder(map="product", axis="z", bit_order="little"),
    DenseAngleEncoder(),
    BasisEncoder(),
    BasisEncoder(code="gray", output="packed"),
    BasisEncoder(code="thermometer", bins="quantile"),
    BasisEncoder(code="onehot", output="sparse"),
    IQPEncoder(),
    IQPEncoder(form="iqp", pairs="circular", bit_order="little", n_jobs=2),
]


@pytest.fixture
def X() -> Any:
    return np.random.default_rng(3).normal(size=(20, 4))


@parametrize_with_checks(ENCODERS)
def test_an_encoder_keeps_the_rules_of_scikit_learn(estimator: Any, check: Any) -> None:
    check(estimator)


@pytest.mark.parametrize("encoder", ENCODERS, ids=repr)
def test_names_count_the_features_and_are_all_different(encoder: Any, X: Any) -> None:
    fitted = clone(encoder).fit(X)
    names = fitted.get_feature_names_out(["a", "b", "c", "d"])
    assert len(set(names)) == len(names) == fitted.transform(X).shape[1] == fitted.dimension_


def test_names_say_the_feature_and_its_part(X: Any) -> None:
    names = {
        "amp_0110": AmplitudeEncoder().fit(np.tile(X, 4)),
        "norm": AmplitudeEncoder(norm="append").fit(X),
        "x3_cos": AngleEncoder().fit(X),
        "state_0110": AngleEncoder(map="product").fit(X),
        "state_01_im": DenseAngleEncoder().fit(X),
        "x3_b2": BasisEncoder().fit(X),
        "x3_level7": BasisEncoder(code="thermometer").fit(X),
        "word0": BasisEncoder(output="packed").fit(X),
    }
    assert [name for name, encoder in names.items() if name not in encoder.get_feature_names_out()] == []


@pytest.mark.parametrize("encoder", ENCODERS[:1] + ENCODERS[4:5], ids=repr)
def test_frames_of_polars_and_pandas_are_given_back_as_such(encoder: Any, X: Any) -> None:
    for container, kind in (("polars", "polars"), ("pandas", "pandas")):
        found = clone(encoder).set_output(transform=container).fit_transform(polars.DataFrame(X, list("abcd")))
        assert type(found).__module__.split(".")[0] == kind
        assert list(found.columns) == list(clone(encoder).fit(X).get_feature_names_out(list("abcd")))


@pytest.mark.parametrize("encoder", [e for e in ENCODERS if getattr(e, "output", "") != "packed"], ids=repr)
def test_single_precision_is_kept_and_close_to_double(encoder: Any, X: Any) -> None:
    single = clone(encoder).fit(X.astype(np.float32)).transform(X.astype(np.float32))
    double = clone(encoder).fit(X.astype(np.float32)).transform(X.astype(np.float32).astype(np.float64))
    assert single.dtype == np.float32
    assert abs(single - double).max() < 2e-4


@pytest.mark.parametrize("encoder", ENCODERS, ids=repr)
def test_threads_change_no_bit(encoder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_WORTH_A_THREAD", 1)
    X = np.random.default_rng(5).normal(size=(200, 4))
    one, several = (clone(encoder).set_params(n_jobs=jobs).fit(X) for jobs in (1, 2))
    assert np.array_equal(_dense(one.transform(X)), _dense(several.transform(X)))
    assert np.array_equal(one.kernel(X), several.kernel(X))


def _dense(found: Any) -> Any:
    return found.toarray() if hasattr(found, "toarray") else found


@pytest.mark.parametrize("encoder", ENCODERS, ids=repr)
@pytest.mark.parametrize(("value", "what"), [(np.nan, "NaN"), (np.inf, "infinity")])
def test_what_is_not_finite_is_named_with_its_place(encoder: Any, value: float, what: str, X: Any) -> None:
    X[7, 2] = value
    with pytest.raises(ValueError, match=rf"X has {what} at row 7, column 2: leave the row out, or"):
        clone(encoder).fit(X)


def test_a_column_of_text_is_named(X: Any) -> None:
    table = X.astype(object)
    table[:, 1] = "Cu"
    with pytest.raises(ValueError, match=r"X has text at row 0, column 1 \('Cu'\): .*encode it as numbers"):
        AngleEncoder().fit(table)


def test_a_sparse_result_is_held_against_the_memory_before_it_is_made(X: Any) -> None:
    encoder = BasisEncoder(bits=16, code="onehot", output="sparse", max_memory=10**6).fit(X)
    assert encoder.transform(X).nnz == X.size
    with pytest.raises(MemoryLimitError, match=r"`BasisEncoder` of 100,000 samples take .* more than `max_memory`"):
        encoder.transform(np.resize(X, (100_000, X.shape[1])))


def test_no_features_and_no_samples_are_refused() -> None:
    for shape in ((5, 0), (0, 5)):
        with pytest.raises(ValueError, match=r"Found array with 0 (sample|feature)\(s\)"):
            AngleEncoder().fit(np.zeros(shape))


@pytest.mark.parametrize("encoder", ENCODERS, ids=repr)
def test_one_sample_and_constant_columns_are_encoded_without_an_unknown(encoder: Any) -> None:
    for X in (np.array([[1.0, 2.0, 3.0]]), np.array([[1.0, 5.0, 3.0], [2.0, 5.0, 1.0]])):
        assert np.isfinite(_dense(clone(encoder).fit_transform(X)).astype(float)).all()


@pytest.mark.parametrize(
    ("encoder", "size"),
    [
        (AngleEncoder(map="product"), "80 TiB"),
        (AngleEncoder(map="product", axis="x"), "160 TiB"),
        (DenseAngleEncoder(max_memory=2**20), "160 MiB"),
        (IQPEncoder(), "160 TiB"),
        (BasisEncoder(bits=16, code="onehot", max_memory=2**20), "200 MiB"),
    ],
    ids=repr,
)
def test_what_does_not_fit_is_refused_with_its_size(encoder: Any, size: str) -> None:
    X = np.random.default_rng(0).random((10, 40))
    with pytest.raises(MemoryLimitError, match=f"of 10 samples take {size}, more than `max_memory` of .*, or raise it"):
        encoder.fit(X).transform(X)


def test_a_kernel_matrix_that_does_not_fit_is_refused(X: Any) -> None:
    with pytest.raises(MemoryLimitError, match=r"the kernel values of 20 samples take 3\.12 KiB"):
        AngleEncoder(map="product", max_memory=1000).fit(X).kernel(X)


@pytest.mark.parametrize(
    ("encoder", "message"),
    [
        (AngleEncoder(map="sum"), "`map` is 'sum': write one of 'additive', 'product', 'projected'"),
        (AngleEncoder(bandwidth=0), "`bandwidth` is 0: write a finite number above 0"),
        (AngleEncoder(interval=(1, 0)), r"`interval` is \(1, 0\): its lower end comes first"),
        (BasisEncoder(bits=17), "`bits` is 17: write a whole number from 1 to 16"),
        (AmplitudeEncoder(pad=np.nan), "`pad` is nan: write a finite number"),
        (IQPEncoder(layers=0), "`layers` is 0: write a whole number of at least 1"),
        (DenseAngleEncoder(beyond="cut"), "`beyond` is 'cut': write one of 'clip', 'wrap', 'extrapolate'"),
        (AngleEncoder(map="product", n_jobs=0), "`n_jobs` is 0"),
    ],
    ids=repr,
)
def test_a_parameter_that_cannot_be_is_named_with_what_can(encoder: Any, message: str, X: Any) -> None:
    with pytest.raises(ValueError, match=message):
        encoder.fit(X).transform(X)


def test_a_kernel_serves_a_support_vector_machine() -> None:
    X, y = load_wine(return_X_y=True)
    encoder = AngleEncoder(map="product", bandwidth=0.5).fit(X)
    assert SVC(kernel=encoder.kernel).fit(X, y).score(X, y) > 0.95
    gram = encoder.kernel(X)
    assert SVC(kernel="precomputed").fit(gram, y).score(gram, y) > 0.95


def test_an_encoder_stands_in_a_pipeline() -> None:
    X, y = load_wine(return_X_y=True)
    scores = cross_val_score(make_pipeline(AngleEncoder(), SVC(kernel="linear")), X, y)
    assert scores.mean() > 0.93


def test_where_no_folder_can_be_written_loops_are_compiled_and_it_is_said(tmp_path: Path) -> None:
    import subprocess
    import sys

    program = """
import sys, types, warnings
import mlipilot.runtime.encodings.compiled as compiled
source = "def double(x):\\n    return 2 * x\\n"
module = types.ModuleType("nowhere")
exec(compile(source, "<nowhere>", "exec"), module.__dict__)
module.double.__module__ = "nowhere"
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    made = compiled.compiled(module.double)
assert made(21) == 42
assert [str(one.category.__name__) for one in said] == ["CacheWarning"]
assert "NUMBA_CACHE_DIR" in str(said[0].message)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
