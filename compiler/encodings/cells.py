"""The cells of a benchmark on one data set: each arm under each factor, and which of them are compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mlipilot.compiler.encodings.terms import Term

FEATURES, KERNELS, MODELS = "features", "kernels", "models"
"""Groups of arms that share what they are made of: features before heads, kernels, models that learn their own."""
GROUPS = (FEATURES, KERNELS, MODELS)
_TIER_OF = {FEATURES: "same_head", KERNELS: "same_kernel", MODELS: "adaptive"}
OWN_WIDTH = ("raw", "polynomial")
"""Controls of the same head that have a number of features of their own; all others have that of an encoding."""
KERNEL_HEAD = "kernel"


class Control(NamedTuple):
    """A control and its tier."""

    tier: str
    term: Term

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {"tier": self.tier, **self.term.document()}

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Control:
        """From JSON."""
        return cls(document["tier"], Term.read(document))


class Factors(NamedTuple):
    """What is compared: arms, and what is varied besides."""

    encodings: tuple[Term, ...]
    controls: tuple[Control, ...]
    scaling: tuple[str, ...]
    dimension: tuple[int | None, ...]
    """Features that all arms with a head behind features are sketched to; None for their own."""
    heads: tuple[str, ...]

    def of_group(self, group: str) -> Factors:
        """What decides the cells of a group, and no more: a result of it is kept where another group changes."""
        own = tuple(control for control in self.controls if control.tier == _TIER_OF[group])
        if group == MODELS:
            return Factors((), own, self.scaling, (None,), ())
        if group == KERNELS:
            return Factors(self.encodings if own else (), own, self.scaling, (None,), (KERNEL_HEAD,))
        is_met = any(control.tier == _TIER_OF[MODELS] for control in self.controls)
        heads = self.heads if own else self.heads[:1] if is_met else ()
        return Factors(self.encodings if heads else (), own, self.scaling, self.dimension, heads)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "encodings": [encoding.document() for encoding in self.encodings],
            "controls": [control.document() for control in self.controls],
            "scaling": list(self.scaling),
            "dimension": list(self.dimension),
            "heads": list(self.heads),
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Factors:
        """From JSON."""
        return cls(
            tuple(map(Term.read, document["encodings"])),
            tuple(map(Control.read, document["controls"])),
            tuple(document["scaling"]),
            tuple(document["dimension"]),
            tuple(document["heads"]),
        )


class Cell(NamedTuple):
    """An arm under a scaling, a dimension and a head: what is measured on every fold."""

    arm: str
    """Name of the encoding or the control."""
    tier: str
    """Of a control; empty of an encoding."""
    scaling: str
    dimension: int | None
    head: str
    """`linear`, `neighbours` or `kernel`; empty of a model of its own."""
    matched: str
    """Of a control with as many features as an encoding, that encoding; otherwise empty."""

    @property
    def is_encoding(self) -> bool:
        """Whether it is of an encoding, not of a control."""
        return not self.tier

    @property
    def group(self) -> str:
        """The group of arms that it is measured with."""
        return MODELS if not self.head else KERNELS if self.head == KERNEL_HEAD else FEATURES


class Pair(NamedTuple):
    """An encoding's cell, and that of a control under the same scaling."""

    encoding: Cell
    control: Cell

    @property
    def tier(self) -> str:
        """In which the verdict is given."""
        return self.control.tier


def pairs(factors: Factors) -> list[Pair]:
    """What is compared on a data set, in the order of scaling, dimension, encodings, controls and heads."""
    return list(_pairs(factors))


def _pairs(factors: Factors) -> Iterator[Pair]:
    for scaling in factors.scaling:
        for dimension in factors.dimension:
            for encoding in factors.encodings:
                for control in factors.controls:
                    for head in heads_of(control.tier, factors.heads):
                        if head == KERNEL_HEAD and dimension != factors.dimension[0]:
                            continue  # a kernel has no features to be sketched
                        yield _pair(scaling, dimension, encoding, control, head)


def _pair(scaling: str, dimension: int | None, encoding: Term, control: Control, head: str) -> Pair:
    sketched = None if head == KERNEL_HEAD else dimension
    own = Cell(encoding.name, "", scaling, sketched, head, "")
    if control.tier == "adaptive":
        return Pair(own, _control(control, None, scaling, None, ""))
    return Pair(own, _control(control, encoding, scaling, sketched, head))


def heads_of(tier: str, heads: Sequence[str]) -> Sequence[str]:
    """Under which heads an encoding meets the controls of a tier; adaptive ones meet the first."""
    return {"same_head": heads, "same_kernel": (KERNEL_HEAD,), "adaptive": heads[:1]}[tier]


def cells(compared: Sequence[Pair]) -> list[Cell]:
    """Each cell of some pairs once, in order."""
    return list(dict.fromkeys(cell for pair in compared for cell in (pair.encoding, pair.control)))


def cells_of_group(factors: Factors) -> list[Cell]:
    """The cells of `Factors.of_group`: what is measured together on a data set."""
    found = []
    for scaling in factors.scaling:
        for dimension in factors.dimension:
            for head in factors.heads or ("",):
                sketched = None if head == KERNEL_HEAD else dimension
                encodings = [Cell(encoding.name, "", scaling, sketched, head, "") for encoding in factors.encodings]
                found += encodings
                for control in factors.controls:
                    met = factors.encodings if _is_matched(control) else (None,)
                    found += [_control(control, encoding, scaling, sketched, head) for encoding in met]
    return list(dict.fromkeys(found))


def _control(control: Control, met: Term | None, scaling: str, dimension: int | None, head: str) -> Cell:
    matched = met.name if met is not None and _is_matched(control) else ""
    return Cell(control.term.name, control.tier, scaling, dimension, head, matched)


def _is_matched(control: Control) -> bool:
    """Whether it has as many features as the encoding that it meets."""
    return control.tier == "same_head" and control.term.kind not in OWN_WIDTH


__all__ = [
    "FEATURES",
    "GROUPS",
    "KERNELS",
    "MODELS",
    "Cell",
    "Control",
    "Factors",
    "Pair",
    "cells",
    "cells_of_group",
    "heads_of",
    "pairs",
]
