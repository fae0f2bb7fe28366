"""The schema: blocks and fields, metrics, elements, as data that everything else is derived from."""

from mlipilot.spec.schema.blocks import (
    BLOCKS,
    EDITIONS,
    KINDS,
    SPLITS,
    TOP_KINDS,
    block_schema,
    is_here,
    tags,
)
from mlipilot.spec.schema.elements import ELEMENTS
from mlipilot.spec.schema.metrics import METRICS, Bounds, Metric
from mlipilot.spec.schema.structure import BlockSchema, FieldSchema
from mlipilot.spec.schema.targets import Target

__all__ = [
    "BLOCKS",
    "EDITIONS",
    "ELEMENTS",
    "KINDS",
    "METRICS",
    "SPLITS",
    "TOP_KINDS",
    "BlockSchema",
    "Bounds",
    "FieldSchema",
    "Metric",
    "Target",
    "block_schema",
    "is_here",
    "tags",
]
