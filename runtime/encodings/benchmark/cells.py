"""The cells of a benchmark on one data set: each arm under each scaling, and which of them are compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from mlipilot.runtime.encodings.benchmark.arms import Arm, Setting, control_arm, encoding_arm
from mlipilot.runtime.encodings.benchmark.folds import Samples
from mlipilot.runtime.encodings.benchmark.heads import HeadName
from mlipilot.runtime.encodings.benchmark.representations import ENCODINGS, Arguments
from mlipilot.runtime.encodings.controls.table import CONTROLS, Tier
from mlipilot.runtime.encodings.memory import DEFAULT_LIMIT

HEAD_OF: Mapping[Tier, HeadName] = {"same head": "linear", "same kernel class": "kernel", "adaptive": "linear"}
"""Under which head an encoding meets the controls of a tier."""


class Chosen(NamedTuple):
    """An encoding with its arguments."""

    kind: str
    arguments: Arguments = MappingProxyType({})

    @property
    def name(self) -> str:
        """As in the language, such as `angle(axis = z)`."""
        inside = ", ".join(f"{name} = {value}" for name, value in self.arguments.items())
        return f"{self.kind}({inside})" if inside else self.kind


@dataclass(frozen=True)
class Question:
    """What is compared with what.

    Attributes:
        encodings: with their arguments.
        controls: by name in `CONTROLS`, each in its own tier.
        scalings: before every arm, each a factor of its own.
        sketch: dimension to which the features of all arms with a linear head are projected; None for their own.
        candidates: that every arm tries on its inner folds.
        seed: of folds, random maps and models.
        max_memory: bytes that a representation may take.
    """

    encodings: Sequence[Chosen]
    controls: Sequence[str]
    scalings: Sequence[str] = ("none",)
    sketch: int | None = None
    candidates: int = 5
    seed: int = 0
    max_memory: int = DEFAULT_LIMIT


@dataclass(frozen=True)
class Cell:
    """An arm under a scaling.

    Attributes:
        name: of the encoding or the control.
        head: of an encoding; None of a control, which has that of its tier.
        tier: of a control; None of an encoding.
        scaling: before it.
        arm: what is fitted.
        matched: of a control with a linear head, the encoding whose dimension it has; otherwise empty.
    """

    name: str
    head: HeadName | None
    tier: Tier | None
    scaling: str
    arm: Arm = field(compare=False, repr=False)
    matched: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What tells it from all others."""
        return self.name, self.head or "", self.scaling, self.matched


class Pair(NamedTuple):
    """An encoding's cell, and that of a control of a tier under the same scaling."""

    encoding: Cell
    control: Cell
    tier: Tier


def pairs(question: Question, samples: Samples) -> Iterator[Pair]:
    """What is compared, in the order of the encodings, scalings and controls.

    A control of the same head has the dimension of the encoding that it meets. Raises ValueError for a name that is not
    known.
    """
    _require_known(question)
    features = samples.X.shape[1]
    dimensions = {chosen.name: _dimension(chosen, features) for chosen in question.encodings}
    for scaling in question.scalings:
        setting = Setting(samples.task, features, scaling, question.sketch, question.seed, question.max_memory)
        for chosen in question.encodings:
            own: dict[HeadName, Cell] = {}
            for name in question.controls:
                tier = CONTROLS[name].tier
                head = HEAD_OF[tier]
                if head not in own:
                    arm = encoding_arm(chosen.kind, chosen.arguments, head, setting)
                    own[head] = Cell(chosen.name, head, None, scaling, arm)
                yield Pair(own[head], _control(name, chosen.name, dimensions[chosen.name], setting), tier)


def cells(compared: Sequence[Pair]) -> list[Cell]:
    """Each cell of some pairs once."""
    found: dict[tuple[str, ...], Cell] = {}
    for pair in compared:
        for cell in (pair.encoding, pair.control):
            found.setdefault(cell.key, cell)
    return list(found.values())


def _control(name: str, encoding: str, dimension: int, setting: Setting) -> Cell:
    control = CONTROLS[name]
    is_matched = control.width in ("asked", "near")
    arm = control_arm(name, dimension if is_matched else setting.features, setting)
    return Cell(name, None, control.tier, setting.scaling, arm, encoding if is_matched else "")


def _dimension(chosen: Chosen, features: int) -> int:
    """Features of the encoding, which no sample needs to be encoded for."""
    fitted = ENCODINGS[chosen.kind].make(**chosen.arguments).fit(np.zeros((2, features)))
    return int(fitted.dimension_)


def _require_known(question: Question) -> None:
    for what, given, known in (
        ("encoding", [chosen.kind for chosen in question.encodings], ENCODINGS),
        ("control", list(question.controls), CONTROLS),
    ):
        unknown: Any = next((name for name in given if name not in known), None)
        if unknown is not None:
            raise ValueError(f"{what} {unknown!r} is not known: write one of {', '.join(known)}")


__all__ = ["Cell", "Chosen", "Pair", "Question", "cells", "pairs"]
