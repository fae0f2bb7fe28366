"""Encodings, and the controls that they are compared with, tier by tier."""

from __future__ import annotations

from typing import NamedTuple

from mlipilot.spec.schema.types import AnyOf, CallOf, Choice, Integer, ListOf, Parameter, Real, Signature

_TUNED = AnyOf((Choice(("tuned",)), Real(above="0", maximum="100", example="0.5")))
_BANDWIDTH = Parameter("bandwidth", _TUNED, "tuned", doc="factor of the angles; tuned before a kernel model, else 1")

ENCODINGS = CallOf(
    (
        Signature(
            "amplitude",
            (Parameter("norm", Choice(("drop", "append", "append_log")), "drop", doc="what becomes of the length"),),
            "the features as a unit vector",
        ),
        Signature(
            "angle",
            (
                Parameter("axis", Choice(("x", "y", "z")), "y", doc="of the rotations"),
                Parameter(
                    "map",
                    Choice(("additive", "product", "projected")),
                    "additive",
                    doc="cosines and sines, the whole state, or its qubits one by one; a kernel is of whole states",
                ),
                _BANDWIDTH,
            ),
            "a rotation for each feature, their product state",
        ),
        Signature("dense_angle", (_BANDWIDTH,), "two features on each qubit, as its angle and its phase"),
        Signature(
            "basis",
            (
                Parameter("bits", Integer(1, 16), "4", doc="of each feature"),
                Parameter(
                    "code", Choice(("binary", "gray", "thermometer", "onehot")), "binary", doc="of a level in bits"
                ),
                Parameter("bins", Choice(("uniform", "quantile")), "uniform", doc="of equal width or equal count"),
            ),
            "each feature rounded to a level, its bits as features",
        ),
        Signature(
            "iqp",
            (
                Parameter("form", Choice(("zz", "iqp")), "zz", doc="phases of pairs: the ZZ feature map, or products"),
                Parameter("layers", Integer(1, 16), "2", doc="repetitions of the circuit"),
                Parameter("pairs", Choice(("full", "linear", "circular")), "full", doc="which features meet"),
                _BANDWIDTH,
            ),
            "phases of features and of their pairs between Hadamard gates",
        ),
    )
)


class Tier(NamedTuple):
    """A company of controls, in which verdicts are given."""

    name: str
    doc: str
    controls: tuple[Signature, ...]


_SAME_HEAD = (
    Signature("raw", (), "the features as they are"),
    Signature("fourier", (), "random Fourier features of a Gaussian kernel"),
    Signature("fourier_spectrum", (), "random Fourier features of the frequencies that an angle encoding has"),
    Signature(
        "polynomial",
        (Parameter("degree", Integer(2, 6), "2", doc="of the products"),),
        "all products of at most so many features",
    ),
    Signature("count_sketch", (), "random features of a square of the scalar product"),
    Signature("nystroem", (), "features of a Gaussian kernel on some of the samples"),
    Signature("pca", (), "principal components"),
    Signature("spline", (), "B-splines of each feature"),
    Signature("bins", (), "bins of each feature, one-hot"),
    Signature("random_lift", (), "the features turned into more dimensions, their geometry unchanged"),
    Signature("tanh_layer", (), "a hidden layer with random weights"),
)
_SAME_KERNEL = (
    Signature("rbf", (), "a Gaussian kernel, its width tuned"),
    Signature("laplacian", (), "an exponential kernel, its width tuned"),
    Signature("cosine", (), "a power of the cosine, tuned"),
)
_ADAPTIVE = (
    Signature("svm", (), "support vectors with a Gaussian kernel"),
    Signature(
        "mlp",
        (Parameter("layers", ListOf(Integer(1, 4096)), "[256, 128]", doc="widths"),),
        "a multilayer perceptron",
    ),
    Signature("boosting", (), "boosted trees"),
)
TIERS = (
    Tier("same_head", "features before the head that the encodings have, as many as the encoding has", _SAME_HEAD),
    Tier("same_kernel", "kernels before the model that the encodings' kernels have", _SAME_KERNEL),
    Tier("adaptive", "models that learn their features", _ADAPTIVE),
)
"""In the order in which they are shown."""
_ALL = tuple(signature for tier in TIERS for signature in tier.controls)
CONTROL = CallOf(_ALL)
"""Any of them, as a claim names it."""


def _of_tier(tier: Tier) -> Signature:
    elsewhere = tuple(
        (signature.name, other.name) for other in TIERS if other is not tier for signature in other.controls
    )
    items = ListOf(CallOf(tier.controls, elsewhere))
    return Signature(tier.name, (Parameter("controls", items, doc="of the tier"),), tier.doc, gathers=True)


CONTROLS = CallOf(
    tuple(_of_tier(tier) for tier in TIERS),
    tuple((signature.name, tier.name) for tier in TIERS for signature in tier.controls),
)

__all__ = ["CONTROL", "CONTROLS", "ENCODINGS", "TIERS", "Tier"]
