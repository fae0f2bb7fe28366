"""Why a geometry has no label."""

from __future__ import annotations

from enum import Enum


class Reason(Enum):
    """Kinds of failures, each with its remedy."""

    GEOMETRY = "geometry"
    SPIN = "spin"
    BASIS = "basis"
    METHOD = "method"
    CONVERGENCE = "convergence"
    INSTABILITY = "instability"
    CONTAMINATION = "contamination"
    NOT_FINITE = "not finite"
    MEMORY = "memory"
    ARITHMETIC = "arithmetic"

    @property
    def remedy(self) -> str:
        """What helps against it."""
        return _REMEDIES[self]


_REMEDIES = {
    Reason.GEOMETRY: "displace the atoms less, or leave the geometry out",
    Reason.SPIN: "state the charge and the multiplicity that it has",
    Reason.BASIS: "choose a basis that has the element, or leave the molecule out",
    Reason.METHOD: "choose a method that PySCF has",
    Reason.CONVERGENCE: "displace the atoms less, loosen `conv_tol`, or raise `tolerate`",
    Reason.INSTABILITY: (
        "state the multiplicity: with 3 it is a triplet, with 1 the closed shell is kept, which small bases put "
        "too high"
    ),
    Reason.CONTAMINATION: "the state is a mixture of spins: choose another functional, or leave it out",
    Reason.NOT_FINITE: "displace the atoms less, or leave the geometry out",
    Reason.MEMORY: "lower `workers` or `threads` of the engine, choose a smaller basis, or leave the molecule out",
    Reason.ARITHMETIC: "displace the atoms less, choose a basis without diffuse functions, or raise `tolerate`",
}


class LabelFailure(Exception):
    """A geometry cannot be labelled. It is caught where labels are gathered, and named there."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message

    def __reduce__(self) -> tuple[type[LabelFailure], tuple[Reason, str]]:
        return type(self), (self.reason, self.message)
