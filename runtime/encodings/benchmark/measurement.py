"""Cells measured on the folds of a repeat: a row for each fold, or the reason why it is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from threadpoolctl import ThreadpoolController

from mlipilot.compiler.encodings.cells import Cell as CellName
from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.runtime.encodings.benchmark.candidates import candidates
from mlipilot.runtime.encodings.benchmark.cells import Cell
from mlipilot.runtime.encodings.benchmark.folds import Samples, folds, repeat_seed
from mlipilot.runtime.encodings.benchmark.nested import FoldResult, run_fold
from mlipilot.runtime.encodings.benchmark.scores import primary
from mlipilot.runtime.encodings.benchmark.shared import KEPT, Shared
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
    threads: int = 1,
    metric: str = "",
) -> Iterator[Row]:
    """The rows of some cells in a repeat, cell after cell and fold after fold, each with `count` candidates.

    Folds depend on the seed and the repeat alone, so that cells may be measured together or apart. What does not fit
    into the memory is left out by its size, and the others go on. Libraries beneath get `threads`: more than there are
    cores for make each other wait. `metric` is what is tuned; empty for the first of the task.
    """
    outer_seed = repeat_seed(seed, repeat)
    pools = ThreadpoolController()
    splits = [stressed(samples, whole, stress, outer_seed) for whole in folds(samples, protocol.outer, outer_seed)]
    fewest = [_fewest(taken.of(fold.train), protocol.inner, outer_seed) for taken, fold in splits]
    for cell in cells:
        # Few training rows need little of what all rows give.
        shared = Shared(samples.X, KEPT if stress.training_rows is None else 0)
        for number, (taken, fold) in enumerate(splits):
            tried = candidates(cell.arm.space, count, fewest[number])
            try:
                with pools.limit(limits=threads):
                    result = run_fold(cell.arm.model, tried, taken, fold, protocol.inner, outer_seed, shared, metric)
            except MemoryLimitError as error:
                yield Row(cell, repeat, number, None, str(error), stress)
            else:
                yield Row(cell, repeat, number, result, stress=stress)


def _fewest(training: Samples, inner: int, seed: int) -> int:
    """The samples of the smallest training set among the inner folds."""
    return min(len(split.train) for split in folds(training, inner, seed))


def scores(rows: Sequence[Row], metric: str) -> Mapping[CellName, list[float]]:
    """The scores of each cell that has one in every fold, in the order of repeats and folds; of rows of one stress."""
    ordered = sorted(rows, key=lambda row: (row.repeat, row.fold))
    left_out = {row.cell.key for row in rows if row.result is None}
    found: dict[CellName, list[float]] = {}
    for row in ordered:
        if row.result is not None and row.cell.key not in left_out:
            found.setdefault(row.cell.key, []).append(row.result.scores[metric])
    return found


def merits(rows: Sequence[Row], task: Task, judged: str = "") -> Mapping[CellName, list[float]]:
    """As `scores`, of a metric, empty for the first of the task, so that the greater is the better."""
    name, metric = primary(task, judged)
    return {key: [metric.merit(score) for score in own] for key, own in scores(rows, name).items()}


__all__ = ["Row", "measure", "merits", "scores"]
