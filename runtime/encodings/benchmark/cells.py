"""Cells made: to the name of each cell the arm that is fitted, for the samples at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mlipilot.compiler.encodings.cells import Cell as CellName
from mlipilot.compiler.encodings.cells import Factors
from mlipilot.compiler.encodings.terms import Term
from mlipilot.runtime.encodings.benchmark.arms import Arm, Setting, control_arm, encoding_arm
from mlipilot.runtime.encodings.benchmark.folds import Samples
from mlipilot.runtime.encodings.benchmark.heads import HeadName
from mlipilot.runtime.encodings.benchmark.representations import ENCODINGS
from mlipilot.runtime.encodings.memory import DEFAULT_LIMIT

TUNED = "tuned"
"""Of an argument that the inner folds choose."""


@dataclass(frozen=True)
class Cell:
    """A cell and its arm."""

    key: CellName
    arm: Arm = field(compare=False, repr=False)


@dataclass(frozen=True)
class Arms:
    """Makes the arms of a benchmark for some samples.

    Attributes:
        factors: whose terms the names of cells stand for.
        samples: of the data set.
        seed: of random maps and models.
        max_memory: bytes that a representation may take.
    """

    factors: Factors
    samples: Samples
    seed: int = 0
    max_memory: int = DEFAULT_LIMIT

    def made(self, name: CellName) -> Cell:
        """A cell of its factors with its arm."""
        setting = Setting(
            self.samples.task, self.samples.X.shape[1], name.scaling, name.dimension, self.seed, self.max_memory
        )
        if name.is_encoding:
            term = self._encoding(name.arm)
            return Cell(name, encoding_arm(term.kind, arguments(term, name.head), name.head, setting))  # type: ignore[arg-type]
        term = next(c.term for c in self.factors.controls if (c.tier, c.term.name) == (name.tier, name.arm))
        width = self.dimension(self._encoding(name.matched)) if name.matched else setting.features
        head: HeadName = "neighbours" if name.head == "neighbours" else "linear"
        return Cell(name, control_arm(term.kind, width, setting, head=head, arguments=term.arguments))

    def dimension(self, encoding: Term) -> int:
        """Features of an encoding, which no sample needs to be encoded for."""
        made = ENCODINGS[encoding.kind].make(**arguments(encoding, "linear"))
        return int(made.fit(np.zeros((2, self.samples.X.shape[1]))).dimension_)

    def _encoding(self, name: str) -> Term:
        return next(term for term in self.factors.encodings if term.name == name)


def arguments(encoding: Term, head: str) -> Mapping[str, Any]:
    """What an encoder is given under a head: not what is tuned, nor what only its features have."""
    of_features = ENCODINGS[encoding.kind].of_features if head == "kernel" else {}
    return {
        name: value
        for name, value in encoding.arguments.items()
        if value != TUNED and (name not in of_features or value != of_features[name])
    }


__all__ = ["Arms", "Cell", "arguments"]
