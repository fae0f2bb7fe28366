"""The geometry of each encoding under each scaling, and of the raw features beside them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from mlipilot.compiler.encodings.cells import Cell as CellName
from mlipilot.runtime.encodings.benchmark.cells import Arms
from mlipilot.runtime.encodings.benchmark.folds import Samples
from mlipilot.runtime.encodings.geometry import describe
from mlipilot.runtime.encodings.memory import MemoryLimitError

FIGURES = {
    "effective_rank": "ranks.effective",
    "condition_number": "condition.standardised.number",
    "alignment": "target_alignment.debiased",
}
"""Figures by the word of the language."""
MOST_SAMPLES = 2000


def geometry(arms: Arms, names: Sequence[CellName]) -> Iterator[dict[str, Any]]:
    """Figures of the features of some cells, on all samples, or on 2000 that are drawn of more: JSON of `Geometry`."""
    samples = _drawn(arms.samples, arms.seed)
    for name in names:
        about = {"scaling": name.scaling, "arm": name.arm}
        try:
            features = arms.made(name).arm.model[:2].fit_transform(samples.X, samples.y)
            found = describe(features, y=samples.y, target=samples.task, permutations=0, random_state=arms.seed)
        except MemoryLimitError as error:
            yield {**about, "figures": dict.fromkeys(FIGURES), "reasons": dict.fromkeys(FIGURES, str(error))}
            continue
        values, reasons = found.as_dict(), found.reasons
        figures = {word: _finite(values.get(place)) for word, place in FIGURES.items()}
        why = {word: reasons.get(place.rpartition(".")[0], "it is not finite") for word, place in FIGURES.items()}
        yield {**about, "figures": figures, "reasons": {w: why[w] for w, value in figures.items() if value is None}}


def _drawn(samples: Samples, seed: int) -> Samples:
    import numpy as np

    if len(samples.y) <= MOST_SAMPLES:
        return samples
    return samples.of(np.sort(np.random.default_rng(seed).permutation(len(samples.y))[:MOST_SAMPLES]))


def _finite(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


__all__ = ["FIGURES", "geometry"]
