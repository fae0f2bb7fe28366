"""Speed relative to the reference model, from interleaved rounds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from mlipilot._core import median_bounds
from mlipilot.runtime.judgement.measured import Measured, missing


def measure_speed(path: Path, confidence: float) -> Measured:
    """Median of reference time over this model's time."""
    ratios = np.array(json.loads(path.read_bytes())["ratios"], dtype=np.float64)
    if not len(ratios) or not np.isfinite(ratios).all():
        return missing("a round was not timed")
    found = median_bounds(ratios, confidence)
    return Measured(
        found.estimate,
        found.lower,
        found.upper,
        f"median of {found.n} interleaved rounds, order statistics",
        {"rounds": found.n},
    )
