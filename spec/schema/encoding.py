"""The block of an encoding benchmark: fixed feature maps against matched classical controls."""

from __future__ import annotations

from mlipilot.spec.schema.plausible import DESCRIPTOR_CUTOFF
from mlipilot.spec.schema.structure import BlockSchema, FieldSchema
from mlipilot.spec.schema.types import (
    CallOf,
    Choice,
    Integer,
    ListOf,
    Parameter,
    Real,
    ReferenceTo,
    Signature,
)

_NOISE = Real(minimum="0", maximum="10", example="0.25")
_SIZE = Choice(("matched",))
_CUTOFF = Real("length", above="0.5", maximum="20", example="4.5 Å", plausible=DESCRIPTOR_CUTOFF)

_DATA = CallOf(
    (
        Signature("iris", (), "150 flowers, 4 features, 3 classes"),
        Signature("wine", (), "178 wines, 13 features, 3 classes"),
        Signature("breast_cancer", (), "569 tumours, 30 features, 2 classes"),
        Signature("digits", (), "1797 handwritten digits of 8 x 8 pixels"),
        Signature(
            "moons",
            (
                Parameter("n", Integer(20, 100_000), "400", doc="points"),
                Parameter("noise", _NOISE, "0.25", doc="standard deviation"),
            ),
            "two half circles",
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
_ENCODINGS = CallOf(
    (
        Signature("amplitude", (), "the features as a unit vector"),
        Signature(
            "angle",
            (Parameter("axis", Choice(("x", "y", "z")), "y", doc="of the rotations"),),
            "a rotation for each feature, their product state",
        ),
        Signature(
            "basis",
            (
                Parameter("bits", Integer(1, 16), "4", doc="of each feature"),
                Parameter("code", Choice(("binary", "gray", "thermometer")), "binary", doc="of a level in bits"),
            ),
            "each feature rounded to a level, its bits as features",
        ),
    )
)
_CONTROLS = CallOf(
    (
        Signature("raw", (), "the features themselves"),
        Signature("fourier", (Parameter("size", _SIZE, "matched", doc="features"),), "random Fourier features"),
        Signature("polynomial", (Parameter("degree", Integer(2, 6), "2"),), "all monomials up to a degree"),
        Signature("pca", (Parameter("size", _SIZE, "matched", doc="components"),), "principal components"),
        Signature("svm", (Parameter("kernel", Choice(("rbf", "linear")), "rbf"),), "a support vector machine"),
        Signature(
            "mlp", (Parameter("layers", ListOf(Integer(1, 4096)), "[32]", doc="widths"),), "a multilayer perceptron"
        ),
    )
)
_PROTOCOL = CallOf(
    (
        Signature(
            "nested",
            (
                Parameter("outer", Integer(2, 20), "5", doc="folds that measure"),
                Parameter("repeats", Integer(1, 100), "4", doc="of the outer folds, each shuffled anew"),
                Parameter("inner", Integer(2, 20), "4", doc="folds that tune"),
            ),
            "nested cross-validation: what is tuned never sees what is measured",
        ),
    )
)

ENCODING = BlockSchema(
    "encoding",
    None,
    "A benchmark of fixed feature maps against controls of matched output dimension.",
    (
        FieldSchema("data", ListOf(_DATA), "what is encoded", required=True),
        FieldSchema("encodings", ListOf(_ENCODINGS), "the feature maps", required=True),
        FieldSchema("scaling", ListOf(Choice(("none", "standard", "minmax", "robust"))), "before encoding", "[none]"),
        FieldSchema("controls", ListOf(_CONTROLS), "what they are compared with", required=True),
        FieldSchema("protocol", _PROTOCOL, "how they are compared", "nested(outer = 5, repeats = 4, inner = 4)"),
        FieldSchema(
            "measure",
            ListOf(Choice(("effective_rank", "condition_number", "alignment", "accuracy", "overhead"))),
            "what is reported",
            "[effective_rank, condition_number, alignment, accuracy, overhead]",
        ),
        FieldSchema("seed", Integer(0), "of folds and random features", "0"),
    ),
    runs=False,
)
