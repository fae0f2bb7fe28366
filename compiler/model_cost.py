"""What a call of a MACE model costs, by its architecture and the size of what it is called on.

The work of a MACE step grows with the edges of its graphs and the width of their features. The constants were
fitted to runs on two CPU cores (2026-11, torch 2.15, mace-torch 0.3.16).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from mlipilot.compiler.extent import Extent

_EDGE_SECONDS = 1.1e-6
"""Of one evaluation of energy and forces: a layer, an edge, 8 channels, L = 0, one thread."""
CALL_SECONDS = 0.006
"""Overhead of one evaluation, whatever its size."""
TRAINING_FACTOR = 3.0
"""A training step (forces, loss, gradients of the parameters) over an evaluation."""
_ATOM_DENSITY = 0.0865
"""Atoms per Å³ of copper; other dense metals are near."""


def speed_up(threads: int) -> float:
    """How much sooner so many threads are done than one."""
    return float(threads**0.7)


def call_seconds(model: Mapping[str, Any], extent: Extent, faster: float) -> float:
    """Seconds of energy and forces of one configuration; `model` is the architecture among a job's parameters."""
    neighbours = extent.neighbours
    if neighbours is None:
        neighbours = 4 / 3 * math.pi * model["r_max"] ** 3 * _ATOM_DENSITY
    edges = extent.atoms * neighbours
    width = model["channels"] / 8 * (model["max_L"] + 1) ** 2
    body = 1 + 0.5 * (model["correlation"] - 2)
    precision = 0.6 if model.get("precision") == "float32" else 1.0
    return float(edges * model["interactions"] * width**0.8 * body * precision * _EDGE_SECONDS * 4 / faster)
