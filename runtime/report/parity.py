"""Parity: what the model says against the labels, for energies and forces, after the first and the last stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.colors import ListedColormap, LogNorm, to_rgb
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

from mlipilot import _core
from mlipilot.runtime.report.breakdown import ARRAYS, Part, break_down
from mlipilot.runtime.report.drawing import FIRST, SECOND, Figure, draw, shared_limits
from mlipilot.runtime.report.evidence import Arrays, read_arrays
from mlipilot.runtime.report.gallery import SHOWN, read_molecules
from mlipilot.runtime.report.quantity import NotKnown, Quantity, Unknown, attempt, quantity
from mlipilot.runtime.report.scorecard import judged_targets
from mlipilot.runtime.report.section import Page, Result

NAMES = ("energy_ref", "energy_pred", "atoms", "forces_ref", "forces_pred")
MOST_POINTS = 2000
"""Above it a panel counts points in hexagons."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ErrorRow:
    """Errors of one model on one split, computed from its predictions."""

    seed: int | None
    split: str
    stage: str
    frames: int
    groups: int | None
    energy_mae: Quantity
    energy_rmse: Quantity
    force_mae: Quantity
    force_rmse: Quantity


@dataclass(frozen=True)
class StageFigure:
    """Parity panels after one stage."""

    stage: str
    row: ErrorRow | None
    figure: Figure | Unknown


@dataclass(frozen=True)
class Split:
    """One split: figures of one seed, errors of all."""

    name: str
    seed: int | None
    figures: tuple[StageFigure, ...]
    rows: tuple[ErrorRow, ...]
    unknown: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    """Errors of the last stage, in parts."""


@dataclass(frozen=True)
class _Pair:
    reference: Floats
    predicted: Floats
    unit: str
    title: str

    @property
    def error(self) -> Floats:
        return 1000.0 * (self.predicted - self.reference)


def read_parity(results: Sequence[Result], page: Page) -> tuple[Split, ...]:
    """One part for each split evaluated, those that are judged first."""
    judged = judged_targets(page.card)
    splits = sorted(dict.fromkeys(result.target for result in results), key=lambda split: split not in judged)
    return tuple(
        _split(number, [result for result in results if result.target == split], page)
        for number, split in enumerate(splits)
    )


def _split(number: int, evaluations: Sequence[Result], page: Page) -> Split:
    front = next((e for e in evaluations if e.seed == page.seed), evaluations[0])
    rows: list[ErrorRow] = []
    unknown: list[str] = []
    shown: dict[str, tuple[ErrorRow, Arrays] | Unknown] = {}
    for evaluation in evaluations:
        stages = _written(evaluation, page.stages)
        if not stages:
            unknown.append(f"{evaluation.target}, seed {evaluation.seed}: no predictions were written")
        for stage in stages:
            found = attempt(lambda e=evaluation, s=stage: _errors(e, s))  # type: ignore[misc]
            if isinstance(found, Unknown):
                unknown.append(f"{evaluation.target}, seed {evaluation.seed}, stage {stage}: {found.reason}")
            else:
                rows.append(found[0])
            if evaluation is front:
                shown[stage] = found
    ends = list(dict.fromkeys([*list(shown)[:1], *list(shown)[-1:]]))
    limits = _limits([found for stage in ends if not isinstance(found := shown[stage], Unknown)])
    figures = tuple(_stage_figure(f"parity-{number}-{i}", stage, shown[stage], limits) for i, stage in enumerate(ends))
    last = shown[ends[-1]] if ends else Unknown("no predictions were written")
    parts = () if isinstance(last, Unknown) else _parts(front.target, last[1], page)
    return Split(front.target, front.seed, figures, tuple(rows), tuple(unknown), parts)


def _parts(target: str, arrays: Arrays, page: Page) -> tuple[Part, ...]:
    """None for predictions of a version that wrote less than is needed."""
    if not all(name in arrays for name in ARRAYS):
        return ()
    block, _, split = target.rpartition(".")
    folder = page.data.get(block)
    molecules = read_molecules(folder / f"{split}.xyz") if folder is not None and split in SHOWN else {}
    found = attempt(lambda: break_down(arrays, molecules))
    return () if isinstance(found, Unknown) else found


def _written(evaluation: Result, known: Sequence[str]) -> list[str]:
    prefix, suffix = "predictions-", ".npz"
    found = sorted(path.name[len(prefix) : -len(suffix)] for path in evaluation.folder.glob(f"{prefix}*{suffix}"))
    return [s for s in known if s in found] + [s for s in found if s not in known]


def _errors(evaluation: Result, stage: str) -> tuple[ErrorRow, Arrays]:
    arrays = read_arrays(evaluation.folder / f"predictions-{stage}.npz", *NAMES)
    atoms = arrays["atoms"].astype(np.int64)
    try:
        energy = _core.energy_errors(_floats(arrays["energy_pred"]), _floats(arrays["energy_ref"]), atoms)
        force = _core.force_errors(_floats(arrays["forces_pred"]), _floats(arrays["forces_ref"]))
    except (ValueError, TypeError) as fault:
        raise NotKnown(f"predictions-{stage}.npz: {fault}") from fault
    row = ErrorRow(
        seed=evaluation.seed,
        split=evaluation.target,
        stage=stage,
        frames=len(atoms),
        groups=len(arrays["groups"]) if "groups" in arrays else None,
        energy_mae=quantity(1000 * energy.mae, "meV/atom"),
        energy_rmse=quantity(1000 * energy.rmse, "meV/atom"),
        force_mae=quantity(1000 * force.mae, "meV/Å"),
        force_rmse=quantity(1000 * force.rmse, "meV/Å"),
    )
    return row, arrays


def _floats(array: Any) -> Floats:
    return np.ascontiguousarray(array, dtype=np.float64)


def _pairs(arrays: Arrays) -> tuple[_Pair, _Pair]:
    atoms = arrays["atoms"]
    return (
        _Pair(arrays["energy_ref"] / atoms, arrays["energy_pred"] / atoms, "eV/atom", "Energy per atom"),
        _Pair(arrays["forces_ref"].ravel(), arrays["forces_pred"].ravel(), "eV/Å", "Force components"),
    )


Limits = list[tuple[tuple[float, float], tuple[float, float]]]
"""For energies and forces: of the values, and of the errors."""


def _limits(found: Sequence[tuple[ErrorRow, Arrays]]) -> Limits:
    limits: Limits = []
    for which in range(2 if found else 0):
        pairs = [_pairs(arrays)[which] for _, arrays in found]
        values = [(float(min(p.reference.min(), p.predicted.min())), float(max(p.reference.max(), p.predicted.max())))
                  for p in pairs]  # fmt: skip
        worst = max(float(np.abs(pair.error).max()) for pair in pairs)
        limits.append((shared_limits(values), (-1.1 * worst or -1.0, 1.1 * worst or 1.0)))
    return limits


def _stage_figure(name: str, stage: str, found: tuple[ErrorRow, Arrays] | Unknown, limits: Limits) -> StageFigure:
    if isinstance(found, Unknown):
        return StageFigure(stage, None, found)
    row, arrays = found
    pairs = _pairs(arrays)

    def paint(canvas: Canvas) -> None:
        panels = canvas.subplots(2, 2, height_ratios=(2.6, 1), sharex="col")
        for column, pair in enumerate(pairs):
            _panel(panels[0, column], panels[1, column], pair, limits[column])

    crowded = [pair.title.lower() for pair in pairs if len(pair.reference) > MOST_POINTS]
    hexagons = f"; {' and '.join(crowded)} counted in hexagons, darker is more (log scale)" if crowded else ""
    caption = (
        f"After stage {stage}: {len(pairs[0].reference)} energies and {len(pairs[1].reference)} force components "
        f"of {row.split}{hexagons}. Below, prediction minus label."
    )
    figure = attempt(lambda: Figure(draw(name, (445, 350), f"Parity after stage {stage}", paint), caption))
    return StageFigure(stage, row, figure)


def _panel(top: Any, bottom: Any, pair: _Pair, limits: tuple[tuple[float, float], tuple[float, float]]) -> None:
    values, errors = limits
    _cloud(top, pair.reference, pair.predicted, (*values, *values), rows=30)
    _cloud(bottom, pair.reference, pair.error, (*values, *errors), rows=11)
    top.plot(values, values, color=SECOND, linewidth=0.9, zorder=4)
    bottom.axhline(0.0, color=SECOND, linewidth=0.9, zorder=4)
    top.set(xlim=values, ylim=values, title=pair.title)
    bottom.set(ylim=errors, xlabel=f"label, {pair.unit}")
    top.set_ylabel(f"prediction, {pair.unit}")
    bottom.set_ylabel(f"error, m{pair.unit}")
    for axes in (top, bottom):
        axes.locator_params(axis="both", nbins=4 if axes is bottom else 5)


def _cloud(axes: Any, x: Floats, y: Floats, extent: tuple[float, float, float, float], rows: int) -> None:
    if len(x) <= MOST_POINTS:
        axes.plot(
            x, y, linestyle="none", marker="o", markersize=4, color=FIRST, alpha=0.55, markeredgewidth=0, zorder=3
        )
        return
    cells = axes.hexbin(
        x,
        y,
        gridsize=(34, rows),
        extent=extent,
        mincnt=1,
        cmap=ListedColormap([(*to_rgb(FIRST), 0.25 + 0.75 * level / 63) for level in range(64)]),
        norm=LogNorm(vmin=1),
        linewidths=0,
        zorder=3,
    )
    cells.set_clip_on(False)  # matplotlib would write a group around each hexagon
