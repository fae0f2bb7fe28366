"""The story of the stages: learning curves, and what each stage chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from matplotlib.figure import Figure as Canvas

from mlipilot.runtime.report.drawing import (
    BAND,
    FIRST,
    INK,
    MUTED,
    PALE,
    PAPER,
    SECOND,
    Figure,
    count_axis,
    draw,
    log_axis,
)
from mlipilot.runtime.report.evidence import read_json, read_table
from mlipilot.runtime.report.quantity import NotKnown, Quantity, Unknown, attempt, quantity
from mlipilot.runtime.report.section import Result
from mlipilot.spec.numerals import count

COLUMNS = (
    "stage",
    "stage_epoch",
    "epoch",
    "train_loss",
    "valid_loss",
    "valid_energy_rmse",
    "valid_force_rmse",
    "selected",
)
_ENDINGS = {"epochs": "all epochs done", "patience": "no improvement for the patience set"}


@dataclass(frozen=True)
class StageRow:
    """One stage of one training; unknown where training.json does not say."""

    seed: int | None
    name: str
    epochs: Quantity
    best_epoch: Quantity
    loss: Quantity
    energy: Quantity
    force: Quantity
    seconds: Quantity
    ended: str


@dataclass(frozen=True)
class Learning:
    """Section on training."""

    figure: Figure | Unknown
    rows: tuple[StageRow, ...]
    unknown: tuple[str, ...]
    """Why a training has no rows."""


def read_learning(trainings: Sequence[Result], seed: int | None) -> Learning | None:
    """Curves of all trainings, `seed` in front; None where there is none."""
    if not trainings:
        return None
    rows: list[StageRow] = []
    unknown: list[str] = []
    for training in trainings:
        found = attempt(lambda training=training: _stage_rows(training))  # type: ignore[misc]
        if isinstance(found, Unknown):
            unknown.append(f"seed {training.seed}: {found.reason}")
        else:
            rows.extend(found)
    return Learning(attempt(lambda: _curves(trainings, seed)), tuple(rows), tuple(unknown))


def _stage_rows(training: Result) -> list[StageRow]:
    stages = read_json(training.folder / "training.json", "stages")["stages"]
    if not isinstance(stages, list) or not all(isinstance(stage, dict) for stage in stages):
        raise NotKnown("training.json lists no stages")
    return [_stage_row(training.seed, stage) for stage in stages]


def _stage_row(seed: int | None, stage: dict[str, Any]) -> StageRow:
    ended = str(stage.get("ended", ""))
    return StageRow(
        seed=seed,
        name=str(stage.get("name", "")),
        epochs=quantity(stage.get("epochs"), digits=None),
        best_epoch=quantity(stage.get("best_epoch"), digits=None),
        loss=quantity(stage.get("best_valid_loss")),
        energy=_thousandths(stage.get("best_valid_energy_rmse"), "meV/atom"),
        force=_thousandths(stage.get("best_valid_force_rmse"), "meV/Å"),
        seconds=quantity(stage.get("seconds")),
        ended=_ENDINGS.get(ended, ended),
    )


def _thousandths(value: Any, unit: str) -> Quantity:
    return quantity(1000 * value if isinstance(value, int | float) else value, unit)


def _curves(trainings: Sequence[Result], seed: int | None) -> Figure:
    tables: dict[int | None, pl.DataFrame] = {}
    for training in trainings:
        found = attempt(lambda training=training: read_table(training.folder / "history.parquet", *COLUMNS))  # type: ignore[misc]
        if isinstance(found, Unknown):
            if training.seed == seed or len(trainings) == 1:
                raise NotKnown(found.reason)
            continue
        tables[training.seed] = found.sort("epoch")
    front = seed if seed in tables else next(iter(tables), None)
    if front is None:
        raise NotKnown("no training has left its history")
    order = [number for number in tables if number != front] + [front]

    def paint(canvas: Canvas) -> None:
        loss, force, energy = canvas.subplots(1, 3)
        for number in order:
            first = number == front
            table = tables[number]
            _line(loss, table, "train_loss", 1.0, SECOND if first else None, "training" if first else "")
            _line(loss, table, "valid_loss", 1.0, FIRST if first else None, "validation" if first else "")
            _line(force, table, "valid_force_rmse", 1000.0, FIRST if first else None)
            _line(energy, table, "valid_energy_rmse", 1000.0, FIRST if first else None)
        for axes, title in ((loss, "Loss"), (force, "Force RMSE, meV/Å"), (energy, "Energy RMSE, meV/atom")):
            axes.set_title(title, pad=18)
            axes.set_xlabel("epoch")
            axes.set_yscale("log")
            log_axis(axes.yaxis)
            count_axis(axes.xaxis)
            _bands(axes, tables[front])
        loss.legend(loc="best", borderaxespad=0.1)

    hidden = sum(table.height - _finite(table).height for table in tables.values())
    parts = [
        "Loss of each stage (its own weights, so the curves do not join at a stage's start) and errors on the "
        "validation split, with averaged weights where the training has them. The validation loss is MACE's, the sum "
        "over batches divided by the frames, so it lies below the training loss by about the size of a validation "
        "batch. Rings mark the epoch that each stage hands on."
    ]
    if len(tables) > 1:
        parts.append(f"In colour seed {front}; grey, the other seeds.")
    if hidden:
        parts.append(f"Not drawn, because not finite: {count(hidden, 'epoch')}.")
    return Figure(draw("learning", (900, 265), "Learning curves", paint), " ".join(parts))


def _finite(table: pl.DataFrame) -> pl.DataFrame:
    return table.filter(pl.all_horizontal(pl.col(pl.Float64).is_finite().fill_null(False)))


def _line(axes: Any, table: pl.DataFrame, column: str, factor: float, colour: str | None, label: str = "") -> None:
    for number, (_, part) in enumerate(_finite(table).group_by("stage", maintain_order=True)):
        epochs, values = part["epoch"].to_numpy(), factor * part[column].to_numpy()
        style = {"color": colour, "linewidth": 1.6} if colour else {"color": PALE, "linewidth": 0.8}
        if len(epochs) == 1:
            style |= {"marker": ".", "markersize": 6}  # a line of one point would not be seen
        axes.plot(epochs, values, label=label if number == 0 else "", zorder=3 if colour else 2, **style)
        if colour and column != "train_loss":
            chosen = part["selected"].to_numpy()
            axes.plot(
                epochs[chosen],
                values[chosen],
                linestyle="none",
                marker="o",
                markersize=6.5,
                markerfacecolor=PAPER,
                markeredgecolor=INK,
                markeredgewidth=1.4,
                zorder=4,
            )


def _bands(axes: Any, table: pl.DataFrame) -> None:
    ends = [0.5, *(float(np.max(part["epoch"].to_numpy())) + 0.5 for _, part in _stages(table))]
    axes.set_xlim(ends[0], ends[-1])
    for number, (name, _) in enumerate(_stages(table)):
        if number % 2:
            axes.axvspan(ends[number], ends[number + 1], color=BAND, linewidth=0, zorder=0)
            axes.axvline(ends[number], color=MUTED, linewidth=0.8, zorder=1)
        middle = (ends[number] + ends[number + 1]) / 2
        axes.text(
            middle, 1.015, name, transform=axes.get_xaxis_transform(), ha="center", va="bottom", color=MUTED, size=9.5
        )


def _stages(table: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    return [(str(name[0]), part) for name, part in table.group_by("stage", maintain_order=True)]
