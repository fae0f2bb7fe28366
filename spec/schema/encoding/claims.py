"""What may be claimed of an encoding and a control: required, so that it is gated, or predicted."""

from __future__ import annotations

from dataclasses import replace

from mlipilot.spec.schema.encoding.arms import CONTROL, ENCODINGS, TIERS
from mlipilot.spec.schema.encoding.data import DATA
from mlipilot.spec.schema.encoding.factors import ANY_HEAD, DIMENSION, SCALING
from mlipilot.spec.schema.types import CallOf, Choice, Parameter, Signature

_DATA = CallOf(
    tuple(
        replace(signature, parameters=tuple(replace(p, default=None, optional=True) for p in signature.parameters))
        for signature in DATA.signatures
    )
)
"""A data set as a claim names it: by its kind alone, where that leaves no doubt, or with some of its arguments."""
VERBS = {
    "require": "what must hold, or `execute --gate` fails",
    "predict": "what is expected, written down before anything is run",
}
_PARAMETERS = (
    Parameter("encoding", ENCODINGS, doc="one of `encodings`"),
    Parameter("control", CONTROL, doc="one of `controls`"),
    Parameter("tier", Choice(tuple(tier.name for tier in TIERS)), doc="of the control", optional=True),
    Parameter("data", _DATA, doc="one of `data`; without it every one", optional=True),
    Parameter("scaling", SCALING, doc="one of `scaling`; without it every one", optional=True),
    Parameter("dimension", DIMENSION, doc="one of `dimension`; without it every one", optional=True),
    Parameter("head", ANY_HEAD, doc="of the encoding; without it every one", optional=True),
)
CLAIMS = {
    name: Signature(name, _PARAMETERS, doc)
    for name, doc in (
        ("better", "the encoding is better than the control"),
        ("not_worse", "it is better, equivalent, or worse beyond the ROPE with a chance of 5 % at most"),
        ("equivalent", "the two are equivalent"),
    )
}

__all__ = ["CLAIMS", "VERBS"]
