"""Cells measured on the folds of a repeat: a row for each fold, or the reason why it is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.runtime.encodings.benchmark.candidates import candidates
from mlipilot.runtime.encodings.benchmark.cells import Cell
from mlipilot.runtime.encodings.benchmark.folds import Samples, folds, repeat_seed
from mlipilot.runtime.encodings.benchmark.nested import FoldResult, run_fold
from mlipilot.runtime.encodings.benchmark.scores import primary
from mlipilot.runtime.encodings.benchmark.stress import NONE, Stress, stressed
from mlipilot.runtime.encodings.datasets.tabular import Task
from mlipilot.runtime.encodings.memory import MemoryLimitError


@dataclass(frozen=True)
class Row:
    """A cell on an outer fold of a repeat; `left_out` says why it has no result, where it has none."""

    cell: Cell
    repeat: int
    fold: int
    result: FoldResult | None
    left_out: str = ""
    stress: Stress = NONE


def measure(
    cells: Sequence[Cell],
    samples: Samples,
    protocol: Protocol,
    repeat: int,
    *,
    count: int = 5,
    seed: int = 0,
    stress: Stress = NONE,
) -> Iterator[Row]:
    """The rows of some cells in a repeat, fold after fold, each with `count` candidates.

    Folds depend on the seed and the repeat alone, so that cells may be measured together or apart. What does not fit
    into the memory is left out by its size, and the others go on.
    """
    outer_seed = repeat_seed(seed, repeat)
    for number, whole in enumerate(folds(samples, protocol.outer, outer_seed)):
        taken, fold = stressed(samples, whole, stress, outer_seed)
        for cell in cells:
            tried = candidates(cell.arm.space, count)
            try:
                result = run_fold(cell.arm.model, tried, taken, fold, protocol.inner, outer_seed)
            except MemoryLimitError as error:
                yield Row(cell, repeat, number, None, str(error), stress)
            else:
                yield Row(cell, repeat, number, result, stress=stress)


def scores(rows: Sequence[Row], metric: str) -> Mapping[tuple[str, ...], list[float]]:
    """The scores of each cell that has one in every fold, in the order of repeats and folds; of rows of one stress."""
    ordered = sorted(rows, key=lambda row: (row.repeat, row.fold))
    left_out = {row.cell.key for row in rows if row.result is None}
    found: dict[tuple[str, ...], list[float]] = {}
    for row in ordered:
        if row.result is not None and row.cell.key not in left_out:
            found.setdefault(row.cell.key, []).append(row.result.scores[metric])
    return found


def merits(rows: Sequence[Row], task: Task) -> Mapping[tuple[str, ...], list[float]]:
    """As `scores`, of the primary metric of a task, so that the greater is the better."""
    name, metric = primary(task)
    return {key: [metric.merit(score) for score in own] for key, own in scores(rows, name).items()}


__all__ = ["Row", "measure", "merits", "scores"]
