"""What is said of the toys in the product's tables: a row of each, and nothing else."""

from __future__ import annotations

import inline_engine
import peak_lowering
import pytest
import rattled_lowering

from mlipilot.compiler.datasets import SOURCES
from mlipilot.compiler.operations import OPERATIONS
from mlipilot.runtime import datasets, operations
from mlipilot.runtime.engine.engines import ENGINES
from mlipilot.spec.schema import BLOCKS, METRICS, BlockSchema, Bounds, FieldSchema
from mlipilot.spec.schema.types import Element, Integer, Real, Text

_RATTLED = BlockSchema(
    "dataset",
    rattled_lowering.TAG,
    "Rattled cells of a metal.",
    (
        FieldSchema("element", Element(("Cu", "Al")), "the metal", required=True),
        FieldSchema("amplitude", Real("length", above="0", example="0.1 Å"), "of the rattling", "0.1 Å"),
        FieldSchema("frames", Integer(1, 100), "of each split", required=True),
    ),
)
_INLINE = BlockSchema(
    "engine",
    inline_engine.TAG,
    "Where jobs run: in this process.",
    (FieldSchema("reason", Text('"there is one process"'), "why", required=True),),
    once=True,
)
PEAK = METRICS["force_rmse"]._replace(
    name="peak_force",
    bounds=Bounds.MEDIAN,
    label=None,
    operation=peak_lowering.KIND,
    kernel=("peak", "median"),
    doc="median over frames of the longest force that is predicted",
    parameters=(),
)


def register(patch: pytest.MonkeyPatch) -> None:
    """Have the toys be part of the product for as long as the patch lasts."""
    patch.setitem(BLOCKS, (_RATTLED.kind, _RATTLED.tag), _RATTLED)
    patch.setitem(BLOCKS, (_INLINE.kind, _INLINE.tag), _INLINE)
    patch.setitem(METRICS, PEAK.name, PEAK)
    patch.setitem(OPERATIONS, peak_lowering.KIND, peak_lowering.OPERATION)
    patch.setitem(operations.MODULES, peak_lowering.KIND, "peak_job")
    patch.setitem(SOURCES, rattled_lowering.TAG, rattled_lowering.SOURCE)
    patch.setitem(datasets.MODULES, rattled_lowering.TAG, "rattled_frames")
    patch.setitem(ENGINES, inline_engine.TAG, inline_engine.InlineEngine)
