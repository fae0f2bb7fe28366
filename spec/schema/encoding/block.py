"""The `encoding` block."""

from __future__ import annotations

from mlipilot.spec.schema.encoding.arms import CONTROLS, ENCODINGS
from mlipilot.spec.schema.encoding.data import DATA
from mlipilot.spec.schema.encoding.factors import DIMENSION, HEAD, METRIC, SCALING
from mlipilot.spec.schema.plausible import ENERGY_ROPE
from mlipilot.spec.schema.structure import BlockSchema, FieldSchema
from mlipilot.spec.schema.types import AnyOf, Boolean, CallOf, Choice, Integer, ListOf, Parameter, Real, Signature

_PROTOCOL = CallOf(
    (
        Signature(
            "nested",
            (
                Parameter("outer", Integer(2, 20), "5", doc="folds that measure"),
                Parameter("repeats", Integer(1, 100), "4", doc="of the outer folds, each shuffled anew"),
                Parameter("inner", Integer(2, 20), "4", doc="folds that tune"),
                Parameter("candidates", Integer(1, 100), "5", doc="that every arm tries"),
            ),
            "nested cross-validation: what is tuned never sees what is measured",
        ),
    )
)
_ROPE = AnyOf(
    (
        Real(above="0", below="1", example="1 %"),
        Real("energy per atom", above="0", example="1 meV/atom", plausible=ENERGY_ROPE),
    )
)
_SHARE = Real(above="0", below="1", example="5 %")

ENCODING = BlockSchema(
    "encoding",
    None,
    "A benchmark of fixed feature maps against controls, on the same nested folds.",
    (
        FieldSchema("data", ListOf(DATA), "what is encoded", required=True),
        FieldSchema("encodings", ListOf(ENCODINGS), "the feature maps", required=True),
        FieldSchema("controls", ListOf(CONTROLS), "what they are compared with, by tier", required=True),
        FieldSchema("scaling", ListOf(SCALING), "before every arm, each a factor of its own", "[none]"),
        FieldSchema("dimension", ListOf(DIMENSION), "of the features before a head", "[native]"),
        FieldSchema("heads", ListOf(HEAD), "models behind features", "[linear]"),
        FieldSchema(
            "protocol",
            _PROTOCOL,
            "how arms are tuned and measured",
            "nested(outer = 5, repeats = 4, inner = 4, candidates = 5)",
        ),
        FieldSchema(
            "metric",
            ListOf(METRIC, longest=2),
            "what is tuned and judged, one of classes, one of numbers",
            "[balanced_accuracy, rmse]",
        ),
        FieldSchema(
            "rope",
            ListOf(_ROPE, longest=2),
            "differences up to it are no difference: in points of a metric of classes, and in standard deviations of a "
            "target without a unit",
            "[1 %, 1 meV/atom]",
        ),
        FieldSchema("confidence", Real(minimum="0.5", below="1", example="95 %"), "of a verdict", "95 %"),
        FieldSchema(
            "family",
            Choice(("data", "tier", "block")),
            "comparisons that Holm's correction takes together: of a tier on one data set, of a tier, or all",
            "data",
        ),
        FieldSchema("discordance", _SHARE, "expected share of predictions in which two arms disagree", "5 %"),
        FieldSchema(
            "measure",
            ListOf(
                Choice(
                    (
                        "effective_rank",
                        "condition_number",
                        "alignment",
                        "accuracy",
                        "overhead",
                        "mechanism",
                        "learning_curve",
                        "label_noise",
                    )
                )
            ),
            "what is measured",
            "[effective_rank, condition_number, alignment, accuracy, overhead]",
        ),
        FieldSchema(
            "paper_compat",
            Boolean(),
            "also make the tables of arXiv:2605.24324 again, in its own choices, on its data sets",
            "false",
        ),
        FieldSchema("seed", Integer(0), "of folds and random features", "0"),
    ),
    claims=True,
)

__all__ = ["ENCODING"]
