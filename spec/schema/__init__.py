"""The schema: blocks and fields, metrics, elements, as data that everything else is derived from."""

from mlipilot.spec.schema.blocks import (
    BLOCKS,
    EDITIONS,
    KINDS,
    LATER,
    SPLITS,
    BlockSchema,
    FieldSchema,
    block_schema,
    tags,
)
from mlipilot.spec.schema.elements import ELEMENTS
from mlipilot.spec.schema.metrics import METRICS, Bounds, Metric, Target

__all__ = [
    "BLOCKS",
    "EDITIONS",
    "ELEMENTS",
    "KINDS",
    "LATER",
    "METRICS",
    "SPLITS",
    "BlockSchema",
    "Bounds",
    "FieldSchema",
    "Metric",
    "Target",
    "block_schema",
    "tags",
]
