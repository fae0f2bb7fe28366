"""The calls that several fields of the schema take: losses and learning-rate schedules."""

from __future__ import annotations

from mlipilot.spec.schema import plausible
from mlipilot.spec.schema.types import CallOf, Integer, Parameter, Real, Signature

_WEIGHT = Real(minimum="0", example="100", plausible=plausible.LOSS_WEIGHT)
_ENERGY, _FORCES, _STRESS, _DELTA = "energy_weight", "forces_weight", "stress_weight", "huber_delta"
_WIDTH = Real(above="0", example="0.01", plausible=plausible.HUBER_DELTA)
LOSS = CallOf(
    (
        Signature(
            "weighted",
            (
                Parameter("energy", _WEIGHT, doc="weight of the squared error of the energy per atom", option=_ENERGY),
                Parameter("forces", _WEIGHT, doc="weight of the squared error of the force components", option=_FORCES),
                Parameter("stress", _WEIGHT, "0", doc="weight of the squared error of the stress", option=_STRESS),
            ),
            "mean squared errors",
        ),
        Signature(
            "huber",
            (
                Parameter("energy", _WEIGHT, option=_ENERGY),
                Parameter("forces", _WEIGHT, option=_FORCES),
                Parameter("stress", _WEIGHT, "0", option=_STRESS),
                Parameter("delta", _WIDTH, "0.01", doc="where the square turns into a line", option=_DELTA),
            ),
            "Huber errors: large ones count linearly",
        ),
        Signature(
            "universal",
            (
                Parameter("energy", _WEIGHT, option=_ENERGY),
                Parameter("forces", _WEIGHT, option=_FORCES),
                Parameter("stress", _WEIGHT, "0", option=_STRESS),
                Parameter("delta", _WIDTH, "0.01", option=_DELTA),
            ),
            "Huber errors whose width falls with the size of the reference force",
        ),
        Signature(
            "l1l2",
            (Parameter("energy", _WEIGHT, option=_ENERGY), Parameter("forces", _WEIGHT, option=_FORCES)),
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
                Parameter(
                    "factor",
                    Real(above="0", below="1", example="0.8", plausible=plausible.PLATEAU_FACTOR),
                    "0.8",
                    option="lr_factor",
                ),
                Parameter("patience", Integer(1), "50", option="scheduler_patience"),
            ),
            "times `factor` after `patience` epochs without a better validation loss",
        ),
        Signature(
            "exponential",
            (
                Parameter(
                    "gamma",
                    Real(above="0", maximum="1", example="0.9993", plausible=plausible.GAMMA),
                    "0.9993",
                    option="lr_scheduler_gamma",
                ),
            ),
            "times `gamma` each epoch",
        ),
    )
)
