"""The calls that several fields of the schema take: losses and learning-rate schedules."""

from __future__ import annotations

from mlipilot.spec.schema.types import CallOf, Integer, Parameter, Real, Signature

_WEIGHT = Real(minimum="0", example="100")
LOSS = CallOf(
    (
        Signature(
            "weighted",
            (
                Parameter("energy", _WEIGHT, doc="weight of the squared error of the energy per atom"),
                Parameter("forces", _WEIGHT, doc="weight of the squared error of the force components"),
                Parameter("stress", _WEIGHT, "0", doc="weight of the squared error of the stress"),
            ),
            "mean squared errors",
        ),
        Signature(
            "huber",
            (
                Parameter("energy", _WEIGHT),
                Parameter("forces", _WEIGHT),
                Parameter("stress", _WEIGHT, "0"),
                Parameter("delta", Real(above="0", example="0.01"), "0.01", doc="where the square turns into a line"),
            ),
            "Huber errors: large ones count linearly",
        ),
        Signature(
            "universal",
            (
                Parameter("energy", _WEIGHT),
                Parameter("forces", _WEIGHT),
                Parameter("stress", _WEIGHT, "0"),
                Parameter("delta", Real(above="0", example="0.01"), "0.01"),
            ),
            "Huber errors whose width falls with the size of the reference force",
        ),
        Signature(
            "l1l2",
            (Parameter("energy", _WEIGHT), Parameter("forces", _WEIGHT)),
            "absolute error of the energy per atom, norm of the force error",
        ),
    )
)
SCHEDULER = CallOf(
    (
        Signature("constant", (), "the learning rate stays"),
        Signature(
            "plateau",
            (
                Parameter("factor", Real(above="0", below="1", example="0.8"), "0.8"),
                Parameter("patience", Integer(1), "50"),
            ),
            "times `factor` after `patience` epochs without a better validation loss",
        ),
        Signature(
            "exponential",
            (Parameter("gamma", Real(above="0", maximum="1", example="0.9993"), "0.9993"),),
            "times `gamma` each epoch",
        ),
    )
)
