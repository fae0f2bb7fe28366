"""What a MACE model costs, by its architecture and the size of what it is called on.

The work of a layer is that of its edges (tensor products, and the radial network that weighs their paths) and of its
atoms (linear maps and symmetric contractions); each is counted from the irreducible representations, and what a unit
of it takes was fitted to 71 trainings of three epochs, drawn by seed over the schema, on one thread of a CPU (2026-11,
torch 2.15, mace-torch 0.3.16; `tests/bench/calibration.py`). Left out one at a time, nine of ten were predicted to a
factor of 1.4.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from mlipilot.compiler.extent import Extent
from mlipilot.compiler.machine import cores

SETUP_SECONDS = 2.2
"""Of a training, before its first epoch: reading, building and compiling."""
FIRST_EPOCH_SECONDS = 0.23
"""What the first epoch takes longer, a layer."""
FIRST_CALL_SECONDS = 0.15
"""What the first call of a loaded model takes longer."""
_TRAINING_FACTOR = 2.4
"""The work of a training step (forces, loss, gradients of the parameters) over that of an evaluation."""
_EDGE_PATH, _EDGE_PRODUCT, _EDGE_RADIAL = 3.4e-8, 4.1e-9, 1.8e-10
"""Training seconds: of an edge, a channel and a path; a component of its product; a weight of the radial network."""
_ATOM, _ATOM_LINEAR, _ATOM_CONTRACTION = 3.0e-5, 5.7e-10, 3.0e-9
"""Training seconds of an atom; of a weight of its linear maps, and a component; of a component of its contraction."""
_STEP_LAYER, _STEP, _CALL_LAYER = 5.1e-3, 1.5e-3, 2.8e-3
"""Seconds of a training step and of an evaluation, whatever its size."""
_SINGLE = 0.5
"""The work in single precision, over that in double."""
_THREADS = 0.7
"""Power of the number of threads by which they are sooner done than one."""
_ATOM_DENSITY = 0.0865
"""Atoms per Å³ of copper; other dense metals are near."""
_RADIAL_BASIS, _RADIAL_MLP = 8, (64, 64, 64)
"""Of a model that does not say, such as the one that speed is compared with."""
_BASE_BYTES = 970_000_000
"""Of a training's process: what it imports, and its graphs."""
_MESSAGE, _CONTRACTION, _WEIGHT = 8.5, 1.1, 7.0
"""Numbers kept of a component of a message, of a contraction, of a weight of a linear map and a component."""
_VALIDATION_BYTES = 0.7
"""What a configuration of a validation step keeps, over one of a training step."""
_LARGEST_CONTRACTION = 3
"""Body order beyond which a contraction costs no more: its couplings become sparse."""


class _Product(NamedTuple):
    """The tensor product of an edge: its paths, and their components of input, harmonics and output, multiplied."""

    paths: int
    components: int
    outputs: int
    """Components of all outputs."""


@cache
def _product(max_in: int, max_ell: int) -> _Product:
    """Paths of natural parity from orders up to `max_in` and harmonics up to `max_ell` to orders up to `max_ell`."""
    found = [
        (a, b, c)
        for a in range(max_in + 1)
        for b in range(max_ell + 1)
        for c in range(abs(a - b), min(a + b, max_ell) + 1, 2)
    ]
    components = sum((2 * a + 1) * (2 * b + 1) * (2 * c + 1) for a, b, c in found)
    return _Product(len(found), components, sum(2 * c + 1 for _, _, c in found))


def _layers(model: Mapping[str, Any]) -> list[tuple[_Product, int]]:
    """The product of each layer, and the highest order of its output: the first reads scalars, the last makes them."""
    count, order = int(model["interactions"]), int(model["max_L"])
    return [
        (_product(0 if layer == 0 else order, int(model["max_ell"])), order if layer < count - 1 else 0)
        for layer in range(count)
    ]


def _radial_weights(model: Mapping[str, Any], product: _Product) -> int:
    """Of the network that weighs the paths of a product by distance."""
    basis, hidden = model.get("radial_basis", _RADIAL_BASIS), model.get("radial_mlp", _RADIAL_MLP)
    widths = [int(basis), *map(int, hidden), product.paths * int(model["channels"])]
    return sum(a * b for a, b in itertools.pairwise(widths))


def speed_up(threads: int) -> float:
    """How much sooner so many threads are done than one, as far as there are cores for them."""
    return float(min(threads, cores()) ** _THREADS)


def neighbours_of(model: Mapping[str, Any], extent: Extent) -> float:
    """Of an atom, within the model's cutoff; by the density of copper where it was not counted."""
    if extent.neighbours is not None:
        return extent.neighbours
    return float(4 / 3 * math.pi * model["r_max"] ** 3 * _ATOM_DENSITY)


def frame_seconds(model: Mapping[str, Any], extent: Extent, faster: float) -> float:
    """Seconds of the work of a training step on one frame; `model` is the architecture among a job's parameters."""
    channels, components = int(model["channels"]), (int(model["max_ell"]) + 1) ** 2
    order = min(int(model["correlation"]), _LARGEST_CONTRACTION)
    edge = atom = 0.0
    for product, out in _layers(model):
        weights = _radial_weights(model, product)
        edge += channels * (_EDGE_PATH * product.paths + _EDGE_PRODUCT * product.components) + _EDGE_RADIAL * weights
        mixed = components + product.paths * components / math.sqrt(components)
        atom += _ATOM_LINEAR * channels**2 * mixed + _ATOM_CONTRACTION * channels * components**order * (out + 1) ** 2
    single = _SINGLE if model.get("precision") == "float32" else 1.0
    work = extent.atoms * (_ATOM + atom + neighbours_of(model, extent) * edge)
    return work * single / faster


def call_seconds(model: Mapping[str, Any], extent: Extent, faster: float) -> float:
    """Seconds of the work of energy and forces of one frame."""
    return frame_seconds(model, extent, faster) / _TRAINING_FACTOR


def weight_bytes(model: Mapping[str, Any]) -> int:
    """Size of a model's weights."""
    channels, components = int(model["channels"]), (int(model["max_ell"]) + 1) ** 2
    weights = 0
    for product, _ in _layers(model):
        weights += _radial_weights(model, product) + channels**2 * (components + product.paths)
    return weights * (4 if model.get("precision") == "float32" else 8)


def call_overhead(model: Mapping[str, Any]) -> float:
    """Seconds of a call for energy and forces, whatever its size."""
    return _CALL_LAYER * int(model["interactions"])


def step_overhead(model: Mapping[str, Any]) -> float:
    """Seconds of a training step, whatever its size."""
    return _STEP + _STEP_LAYER * int(model["interactions"])


def training_bytes(model: Mapping[str, Any], extent: Extent, batch: int, valid_batch: int) -> int:
    """Peak memory of a training on a CPU whose largest steps have so many configurations."""
    channels, components = int(model["channels"]), (int(model["max_ell"]) + 1) ** 2
    order = min(int(model["correlation"]), _LARGEST_CONTRACTION)
    atoms = extent.atoms * max(batch, _VALIDATION_BYTES * valid_batch)
    edges = atoms * neighbours_of(model, extent)
    numbers = 0.0
    for product, _ in _layers(model):
        numbers += _MESSAGE * edges * channels * product.outputs
        numbers += _CONTRACTION * atoms * channels * components**order
        numbers += _WEIGHT * channels**2 * (components + product.paths)
    return round(_BASE_BYTES + numbers * (4 if model.get("precision") == "float32" else 8))
