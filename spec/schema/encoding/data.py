"""Data sets of an encoding benchmark: carried by scikit-learn, generated, large, or of the user's own."""

from __future__ import annotations

from mlipilot.spec.schema.plausible import DESCRIPTOR_CUTOFF
from mlipilot.spec.schema.types import (
    CallOf,
    Choice,
    Integer,
    Parameter,
    Real,
    ReferenceTo,
    Signature,
    Text,
)

_NOISE = Real(minimum="0", maximum="10", example="0.25")
_CUTOFF = Real("length", above="1", maximum="20", example="4.5 Å", plausible=DESCRIPTOR_CUTOFF)
_SEED = Parameter("seed", Integer(0), "42", doc="of the generator")


def _points(usual: str) -> Parameter:
    return Parameter("n", Integer(20, 1_000_000), usual, doc="samples")


def _features(usual: str) -> Parameter:
    return Parameter("features", Integer(1, 10_000), usual, doc="of a sample")


_ROWS = Parameter(
    "rows", Integer(20), doc="so many samples, drawn at random in the shares of the classes", optional=True
)


def _large(name: str, doc: str) -> Signature:
    return Signature(name, (_ROWS,), f"{doc}; its files are downloaded once, by hand")


DATA = CallOf(
    (
        Signature("iris", (), "150 flowers, 4 features, 3 classes"),
        Signature("wine", (), "178 wines, 13 features, 3 classes"),
        Signature("breast_cancer", (), "569 tumours, 30 features, 2 classes"),
        Signature("digits", (), "1797 handwritten digits of 8 x 8 pixels, 10 classes"),
        Signature("diabetes", (), "442 patients, 10 features, the progress of a disease as a number"),
        Signature(
            "moons",
            (_points("400"), Parameter("noise", _NOISE, "0.25", doc="standard deviation"), _SEED),
            "two half circles",
        ),
        Signature(
            "circles",
            (
                _points("400"),
                Parameter("noise", _NOISE, "0.1", doc="standard deviation"),
                Parameter("factor", Real(minimum="0", below="1", example="0.5"), "0.5", doc="inner over outer radius"),
                _SEED,
            ),
            "one circle in another",
        ),
        Signature(
            "parity",
            (
                _points("10000"),
                _features("20"),
                Parameter("bits", Integer(1, 64), "5", doc="features whose signs decide"),
                _SEED,
            ),
            "the sign of a product of features",
        ),
        Signature(
            "high_rank_noise",
            (
                _points("5000"),
                _features("200"),
                Parameter("components", Integer(1, 10_000), "5", doc="rank of the signal"),
                Parameter("noise", Real(minimum="0", maximum="100", example="2"), "2", doc="standard deviation"),
                _SEED,
            ),
            "a signal of low rank under noise of full rank",
        ),
        Signature(
            "friedman1",
            (_points("500"), _features("10"), Parameter("noise", _NOISE, "1", doc="standard deviation"), _SEED),
            "a smooth function of five features, a number (Friedman, 1991)",
        ),
        Signature(
            "hidden_manifold",
            (
                _points("300"),
                _features("10"),
                Parameter("dimension", Integer(1, 10_000), "6", doc="of the manifold"),
                _SEED,
            ),
            "labels of a network on a manifold (Goldt and others, 2020)",
        ),
        Signature(
            "two_curves",
            (
                _points("300"),
                _features("10"),
                Parameter("degree", Integer(1, 100), "5", doc="of the curves"),
                Parameter("offset", _NOISE, "0.1", doc="between them"),
                Parameter("noise", _NOISE, "0.01", doc="standard deviation"),
                _SEED,
            ),
            "two curves of Fourier series",
        ),
        Signature(
            "hyperplanes",
            (
                _points("300"),
                _features("10"),
                Parameter("planes", Integer(1, 1000), "5", doc="hyperplanes"),
                Parameter("subspace", Integer(1, 10_000), "3", doc="dimensions in which they lie"),
                _SEED,
            ),
            "the parity of sides of hyperplanes",
        ),
        _large("dry_bean", "13 611 beans, 16 features, 7 classes"),
        _large("credit_fraud", "284 807 payments, 29 features, 492 of them fraud"),
        _large("fashion_mnist", "70 000 pictures of clothes of 28 x 28 pixels, 10 classes"),
        _large("cifar10", "60 000 pictures of 32 x 32 pixels in 3 colours, 10 classes"),
        _large("higgs", "11 million collisions, 28 features, 2 classes"),
        _large("covertype", "581 012 places in forests, 54 features, 7 classes"),
        Signature(
            "table",
            (
                Parameter("file", Text('"wines.csv"'), doc="CSV or Parquet, with a row of names"),
                Parameter("target", Text('"quality"'), doc="name of the column that is predicted"),
                Parameter("task", Choice(("classes", "numbers")), "classes", doc="what the target is"),
                Parameter(
                    "group", Text('"batch"'), doc="name of a column whose equal rows stay together", optional=True
                ),
            ),
            "a file of your own; all other columns are features",
        ),
        Signature(
            "soap",
            (
                Parameter("data", ReferenceTo("dataset"), doc="the data set that is described"),
                Parameter("r_cut", _CUTOFF, "5 Å", doc="cutoff"),
            ),
            "smooth overlaps of atomic positions, to predict the energy per atom",
        ),
    )
)

__all__ = ["DATA"]
