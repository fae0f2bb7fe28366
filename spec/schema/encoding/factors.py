"""What a benchmark varies besides its arms: scaling, dimension, head."""

from __future__ import annotations

from mlipilot.spec.schema.types import CallOf, Choice, Integer, Parameter, Signature

SCALING = Choice(("none", "standard", "minmax", "robust"))
DIMENSION = CallOf(
    (
        Signature("native", (), "as many features as each arm makes"),
        Signature(
            "sketched",
            (Parameter("size", Integer(1, 65_536, example="64"), doc="features"),),
            "the features of every arm, projected to so many by one random matrix",
        ),
    )
)
HEAD = Choice(("linear", "neighbours"))
"""Behind features."""
ANY_HEAD = Choice((*HEAD.words, "kernel"))
"""Under which an encoding is compared."""
METRIC = Choice(("balanced_accuracy", "accuracy", "macro_f1", "mcc", "auprc", "log_loss", "rmse", "mae", "r2"))

__all__ = ["ANY_HEAD", "DIMENSION", "HEAD", "METRIC", "SCALING"]
