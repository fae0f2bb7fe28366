"""An `encoding` block as values: what is compared on what, by which protocol, and what is claimed of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePath

from mlipilot.compiler.encodings.cells import Control, Factors
from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.compiler.encodings.terms import Term, call_of, term
from mlipilot.spec.schema.encoding import CONTROLS, DATA, ENCODINGS
from mlipilot.spec.schema.encoding.factors import DIMENSION
from mlipilot.spec.schema.types import CallOf, ListOf
from mlipilot.spec.units import NAMED, unit
from mlipilot.spec.values import BlockValue, Name, Value

POINT, ENERGY = "a plain number", "energy per atom"
"""Dimensions that a ROPE may have."""


@dataclass(frozen=True)
class Benchmark:
    """An `encoding` block that could be read whole."""

    block: BlockValue
    data: tuple[Term, ...]
    factors: Factors
    protocol: Protocol
    candidates: int
    metric: Mapping[str, str]
    """By task."""
    rope: Mapping[str, float]
    """By dimension: a share, or eV an atom."""
    confidence: float
    family: str
    discordance: float
    measure: tuple[str, ...]
    paper_compat: bool
    seed: int

    @property
    def name(self) -> str:
        """Of the block."""
        return self.block.name


PAPER_SETS = (
    *("wine", "breast_cancer", "dry_bean", "credit_fraud", "fashion_mnist"),
    *("cifar10", "higgs", "parity", "high_rank_noise", "covertype"),
)
"""Data sets of arXiv:2605.24324, as it has them: with no argument that is not a default."""
METRICS_OF = {
    "classes": ("balanced_accuracy", "accuracy", "macro_f1", "mcc", "auprc", "log_loss"),
    "numbers": ("rmse", "mae", "r2"),
}
"""Metrics by the task that they are of."""


def benchmark(block: BlockValue) -> Benchmark | None:
    """An `encoding` block; None of one with a field that could not be read."""
    needed = ("data", "encodings", "controls", "scaling", "dimension", "heads", "protocol", "metric", "rope", "measure")
    if block.incomplete or not all(block.has(field) for field in needed):
        return None
    protocol = {name: value.data for name, value in block.call("protocol").arguments.items()}
    folds = [protocol[name] for name in ("outer", "repeats", "inner")]
    return Benchmark(
        block,
        _data(block),
        Factors(
            tuple(term(call_of(value), ENCODINGS) for value in block.items("encodings")),
            tuple(_controls(block)),
            tuple(_words(block, "scaling")),
            tuple(size_of(value) for value in block.items("dimension")),
            tuple(_words(block, "heads")),
        ),
        Protocol(*folds),  # type: ignore[arg-type]
        protocol["candidates"],  # type: ignore[arg-type]
        {task: word for word in _words(block, "metric") for task, words in METRICS_OF.items() if word in words},
        dict(_rope(value) for value in block.items("rope")),
        float(block.number("confidence")),
        block.text("family"),
        float(block.number("discordance")),
        tuple(_words(block, "measure")),
        block.flag("paper_compat"),
        block.integer("seed"),
    )


def benchmarks(blocks: Sequence[BlockValue]) -> list[Benchmark]:
    """Those of some blocks that could be read."""
    return [found for found in map(benchmark, blocks) if found is not None]


def _tier_calls(tier: str) -> CallOf:
    """The controls of a tier."""
    signature = next(signature for signature in CONTROLS.signatures if signature.name == tier)
    items = signature.parameters[0].type
    assert isinstance(items, ListOf)
    assert isinstance(items.item, CallOf)
    return items.item


def _data(block: BlockValue) -> tuple[Term, ...]:
    """The data sets; a table is called by its file, and by its target too where several are of one file."""
    found = [term(call_of(value), DATA) for value in block.items("data")]
    files = [data.arguments.get("file") for data in found]
    return tuple(
        data if file is None else data._replace(name=_table_name(data, is_alone=files.count(file) == 1))
        for data, file in zip(found, files, strict=True)
    )


def _table_name(data: Term, *, is_alone: bool) -> str:
    file = PurePath(data.arguments["file"]).name
    return f'table("{file}")' if is_alone else f'table("{file}", target = "{data.arguments["target"]}")'


def _controls(block: BlockValue) -> Iterator[Control]:
    for value in block.items("controls"):
        group = call_of(value)
        inside = group.arguments["controls"].data
        assert isinstance(inside, tuple)
        for item in inside:
            yield Control(group.name, term(call_of(item), _tier_calls(group.name)))


def _words(block: BlockValue, field: str) -> list[str]:
    return [value.data.text for value in block.items(field) if isinstance(value.data, Name)]


def size_of(dimension: Value) -> int | None:
    """Features that a dimension sketches to; None for their own."""
    size: int | None = term(call_of(dimension), DIMENSION).arguments.get("size")
    return size


def _rope(value: Value) -> tuple[str, float]:
    assert isinstance(value.data, (Fraction, int))
    found = unit(value.unit) if value.unit else None
    is_energy = found is not None and not isinstance(found, str) and found.dimension == NAMED[ENERGY]
    return (ENERGY if is_energy else POINT), float(value.data)


__all__ = [
    "ENERGY",
    "METRICS_OF",
    "PAPER_SETS",
    "POINT",
    "Benchmark",
    "benchmark",
    "benchmarks",
    "size_of",
]
