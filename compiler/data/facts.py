"""What the rules look at: a question's tables, and what several rules derive from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mlipilot.compiler.data.energies import EnergyFit, fit_energies
from mlipilot.compiler.data.question import LABELS, Question
from mlipilot.compiler.data.table import ABSENT, Table
from mlipilot.spec.schema.elements import ELEMENTS

ALONE = 8.0
"""Å: a frame of one atom whose nearest image is farther may be a free atom, as with `isolated = alone`."""

LARGEST_FORCE = 20.0
"""eV/Å, root mean square over components: a typical value above which no structure holds together."""

LARGEST_SINGLE_FORCE = 200.0
"""eV/Å: above it MACE's documentation advises to cut frames out."""


class Facts:
    """A question with its splits as tables."""

    def __init__(self, question: Question) -> None:
        self.question = question
        symbols = {symbol for split in question.splits for part in split.parts for symbol in part.elements}
        known = [symbol for symbol in ELEMENTS if symbol in symbols]
        self.elements = (*known, *sorted(symbols - set(known)))  # `X` is the symbol of a dummy atom
        # Stock MACE trains on an atom that sees nothing; a spec asks whether it is a free one.
        reach = (question.r_max or np.inf) if question.stock else ALONE
        self.tables = {split.name: Table(split, self.elements, reach) for split in question.splits}

    @property
    def train(self) -> Table | None:
        """The training frames; None where there are none to speak of."""
        table = self.tables.get("train")
        return table if table is not None and table.kept.any() else None

    @property
    def open(self) -> list[Table]:
        """The splits whose values may be spoken of: all but `sealed`."""
        return [table for table in self.tables.values() if table.name != "sealed"]

    def needed(self, label: str) -> bool:
        """Whether frames must carry a label."""
        question = self.question
        if question.key(label) is None:
            return False
        return not question.stock or question.weight(label) > 0 or (label == "energy" and question.e0 == "average")

    @cached_property
    def absent(self) -> dict[str, tuple[Table, ...]]:
        """For each needed label, the splits that have frames to carry it and none that does."""
        return {
            label: tuple(
                table
                for table in self.tables.values()
                if table.bearers(label).any() and not (table.state(label)[table.bearers(label)] != ABSENT).any()
            )
            for label in LABELS
            if self.needed(label)
        }

    @cached_property
    def train_energies(self) -> EnergyFit | None:
        """The energies of the training frames against their composition."""
        return self._fit([self.train] if self.train is not None else [])

    @cached_property
    def all_energies(self) -> EnergyFit | None:
        """The energies of all frames that may be spoken of."""
        return self._fit(self.open)

    @cached_property
    def typical_force(self) -> float:
        """Root mean square over components in a typical training frame, eV/Å; 0 without forces.

        Frames with one force on all atoms have none that mean something.
        """
        train = self.train
        rows = train.good("forces") & ~train.constant_forces if train is not None else np.zeros(0, bool)
        return float(np.median(train.column("force_rms")[rows])) if train is not None and rows.any() else 0.0

    @cached_property
    def residuals(self) -> NDArray[np.float64]:
        """Of the energies of each row of `open` in turn, eV/atom, by `all_energies`; NaN where nothing is known."""
        fit = self.all_energies
        if fit is None:
            return self.joined(lambda table: np.full(len(table), np.nan))

        def residual(table: Table) -> NDArray[np.float64]:
            known = table.good("energy") & ~table.lone
            return np.where(known, fit.residual(table.composition, np.nan_to_num(table.column("energy"))), np.nan)

        return self.joined(residual)

    @cached_property
    def formulas(self) -> NDArray[np.intp]:
        """A number for each formula, of each row of `open` in turn."""
        rows = np.concatenate([table.composition for table in self.open])
        return np.unique(rows, axis=0, return_inverse=True)[1].reshape(-1)

    def joined(self, column: Callable[[Table], NDArray[np.float64]]) -> NDArray[np.float64]:
        """A value of each row of `open` in turn."""
        return np.concatenate([column(table) for table in self.open])

    def parted(self, values: NDArray[np.bool_]) -> Iterator[tuple[Table, NDArray[np.bool_]]]:
        """What `joined` put together, split by split."""
        start = 0
        for table in self.open:
            yield table, values[start : start + len(table)]
            start += len(table)

    @property
    def foreign_forces(self) -> bool:
        """Whether all forces are so large that their unit is another: single large ones then say nothing."""
        return self.typical_force > LARGEST_FORCE

    @staticmethod
    def _fit(tables: list[Table]) -> EnergyFit | None:
        if not tables:
            return None
        rows = [table.good("energy") & ~table.lone for table in tables]
        composition = np.concatenate([t.composition[r] for t, r in zip(tables, rows, strict=True)])
        energy = np.concatenate([t.column("energy")[r] for t, r in zip(tables, rows, strict=True)])
        return fit_energies(composition, energy)
