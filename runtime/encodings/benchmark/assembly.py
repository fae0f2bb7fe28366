"""From the files of a benchmark's jobs to its outcome and its table of raw scores; the same files give the same."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlipilot.compiler.encodings.cells import GROUPS
from mlipilot.compiler.operations.compare import CompareParameters
from mlipilot.compiler.operations.encode import CURVE, GEOMETRY, LABEL_NOISE, MECHANISM, OVERHEAD, PAPER
from mlipilot.runtime.encodings.benchmark.assessment import Measured, assess, levels
from mlipilot.runtime.encodings.benchmark.outcome import BenchmarkOutcome, read_outcome
from mlipilot.runtime.encodings.benchmark.tables import Table
from mlipilot.runtime.encodings.benchmark.words import paragraph

if TYPE_CHECKING:
    import polars


class Files:
    """The results of the jobs of a benchmark, by data set."""

    def __init__(self, params: CompareParameters, inputs: Mapping[str, Path]) -> None:
        self.params, self.inputs = params, inputs

    def sets(self) -> Iterator[tuple[str, str]]:
        """Name and label of each data set."""
        yield from zip(self.params.data, self.params.labels, strict=True)

    def about(self, label: str) -> dict[str, Any]:
        """What the data set is, as any of its jobs found it."""
        role = next(role for role in self.inputs if role.startswith(f"{label}/") and role.endswith("/data"))
        return dict(json.loads(self.inputs[role].read_bytes()))

    def scores(self, name: str, label: str) -> polars.DataFrame | None:
        """Raw scores of all cells on a data set; None where none were asked for."""
        import polars as pl

        repeats = range(1, self.params.protocol.repeats + 1)
        roles = [f"{label}/{group}/repeat-{repeat}" for group in GROUPS for repeat in repeats]
        found = [pl.read_parquet(self.inputs[role]) for role in roles if role in self.inputs]
        return pl.concat(found).insert_column(0, pl.lit(name).alias("data")) if found else None

    def table(self, label: str, part: str) -> polars.DataFrame | None:
        """A table of a part that is one job; None where it was not asked for."""
        import polars as pl

        path = self.inputs.get(f"{label}/{part}")
        return None if path is None else pl.read_parquet(path)

    def items(self, name: str, label: str, part: str) -> list[dict[str, Any]]:
        """What a part of one job found on a data set, each with its name; nothing where it was not asked for."""
        found = self.document(label, part)
        return [{"data": name, **item} for item in (found["arms"] if isinstance(found, dict) else found)]

    def document(self, label: str, part: str) -> Any:
        """The file of a part as it is; an empty list where it was not asked for."""
        path = self.inputs.get(f"{label}/{part}")
        return [] if path is None else json.loads(path.read_bytes())


def assemble(params: CompareParameters, inputs: Mapping[str, Path]) -> tuple[BenchmarkOutcome, polars.DataFrame | None]:
    """The outcome, and the raw scores of all data sets in one table; None where none were asked for."""
    files = Files(params, inputs)
    abouts = {name: files.about(label) for name, label in files.sets()}
    frames = {name: files.scores(name, label) for name, label in files.sets()}
    measured = [Measured(name, abouts[name], Table(frame)) for name, frame in frames.items() if frame is not None]
    document = {
        "block": params.block,
        "hash": params.hash,
        "confidence": params.confidence,
        "protocol": {**params.protocol._asdict(), "candidates": params.candidates},
        "family": params.family,
        "data": [{"name": name, **about} for name, about in abouts.items()],
        "hardware": _hardware(files),
        **{field: _items(files, part) for field, part in _ITEMS.items()},
    }
    outcome = replace(
        read_outcome(document),
        **(assess(params, measured) if measured else {}),
        learning_curves=tuple(_levels(files, abouts, CURVE, "training_rows")),
        label_noise=tuple(_levels(files, abouts, LABEL_NOISE, "label_noise")),
    )
    return replace(outcome, words=paragraph(outcome)), _raw([frame for frame in frames.values() if frame is not None])


_ITEMS = {"geometry": GEOMETRY, "overhead": OVERHEAD, "mechanisms": MECHANISM, "paper": PAPER}
"""Fields of an outcome that a part of one job fills as it stands."""


def _items(files: Files, part: str) -> list[dict[str, Any]]:
    return [item for name, label in files.sets() for item in files.items(name, label, part)]


def _hardware(files: Files) -> dict[str, Any]:
    """That of the overhead, which one plan measures on one machine."""
    found = [files.document(label, OVERHEAD) for _, label in files.sets()]
    return next((document["hardware"] for document in found if document), {})


def _levels(files: Files, abouts: Mapping[str, Any], part: str, column: str) -> Iterator[Any]:
    for name, label in files.sets():
        frame = files.table(label, part)
        if frame is not None:
            yield from levels(files.params, Measured(name, abouts[name], Table(frame)), column)


def _raw(frames: Sequence[polars.DataFrame]) -> polars.DataFrame | None:
    """Tables in one; sets of another task have other metrics, which are not known of the rest."""
    import polars as pl

    return pl.concat(frames, how="diagonal") if frames else None


__all__ = ["Files", "assemble"]
