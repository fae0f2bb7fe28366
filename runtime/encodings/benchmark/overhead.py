"""What arms cost beside the raw features: to encode, to fit a head, and to encode and predict; and memory.

Rounds of all arms are interleaved, so that whatever slows the machine meanwhile slows all of them; a ratio is of one
round, and its spread over the rounds is known.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from mlipilot.compiler.encodings.cells import Cell as CellName
from mlipilot.runtime.encodings.benchmark.cells import Arms, Cell
from mlipilot.runtime.encodings.benchmark.folds import Samples
from mlipilot.runtime.encodings.memory import MemoryLimitError

ROUNDS = 7
_LEAST_SECONDS = 0.01
"""Of a timed step: what is faster is repeated, since a clock's tick and a call's own cost would be most of it."""
RAW = "raw"


class _Timed(NamedTuple):
    """Seconds of the steps of an arm in each round."""

    encode: list[float]
    fit: list[float]
    predict: list[float]


def overhead(
    arms: Arms, raw: CellName, names: Sequence[CellName], progress: Callable[[int, int], None]
) -> Iterator[dict[str, Any]]:
    """Ratios of some cells to the raw features: JSON of `Overhead`, in the order of the cells."""
    made: dict[CellName, Cell] = {name: arms.made(name) for name in dict.fromkeys([raw, *names])}
    lost: dict[CellName, str] = {}
    fitted: dict[CellName, tuple[Any, np.ndarray]] = {}
    for name, cell in made.items():
        try:
            fitted[name] = _fitted(cell, arms.samples)
        except MemoryLimitError as error:
            lost[name] = str(error)
    times = {name: _Timed([], [], []) for name in fitted}
    for number in range(ROUNDS):
        # There and back again: a steady drift of the machine cancels.
        for name in list(times) if number % 2 == 0 else list(times)[::-1]:
            _round(*fitted[name], arms.samples, times[name])
        progress(number + 1, ROUNDS)
    for name in names:
        yield _summary(name, lost.get(name, ""), times, fitted, raw, len(arms.samples.y))


def _fitted(cell: Cell, samples: Samples) -> tuple[Any, np.ndarray]:
    """The pipeline after one run that compiles and warms what is compiled, and the features that its head sees."""
    model = cell.arm.model.fit(samples.X, samples.y)
    model.predict(samples.X)
    return model, np.asarray(model[:-1].transform(samples.X))


def _round(model: Any, features: np.ndarray, samples: Samples, times: _Timed) -> None:
    times.encode.append(_seconds(lambda: model[:-1].transform(samples.X)))
    times.fit.append(_seconds(lambda: model[-1].fit(features, samples.y)))
    times.predict.append(_seconds(lambda: model.predict(samples.X)))


def _seconds(call: Callable[[], Any]) -> float:
    began, calls = time.perf_counter(), 0
    while True:
        call()
        calls += 1
        taken = time.perf_counter() - began
        if taken >= _LEAST_SECONDS:
            return taken / calls


def _summary(
    name: CellName,
    reason: str,
    times: dict[CellName, _Timed],
    fitted: dict[CellName, tuple[Any, np.ndarray]],
    raw: CellName,
    samples: int,
) -> dict[str, Any]:
    found: dict[str, Any] = {"arm": name.arm, "features": 0, "encode_seconds": None, "bytes": None, "reason": reason}
    for step in _Timed._fields:
        own = getattr(times[name], step) if name in times else []
        base = getattr(times[raw], step) if raw in times else []
        ratios = [one / other for one, other in zip(own, base, strict=False)]
        found[f"{step}_ratio"] = statistics.median(ratios) if ratios else None
        found[f"{step}_range"] = [min(ratios), max(ratios)] if ratios else None
    if name in fitted:
        features = fitted[name][1]
        found |= {
            "features": int(features.shape[1]),
            "bytes": int(features.nbytes / len(features)),
            "encode_seconds": statistics.median(times[name].encode) / samples,
        }
    return found


__all__ = ["RAW", "ROUNDS", "overhead"]
