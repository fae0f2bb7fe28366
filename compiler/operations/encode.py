"""Encoding benchmarks: arms measured on the folds of a data set, and what else is looked at of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from mlipilot.compiler.datasets.data_files import DataFiles
from mlipilot.compiler.encodings.benchmark import PAPER_SETS, Benchmark
from mlipilot.compiler.encodings.cells import GROUPS, Factors, cells_of_group
from mlipilot.compiler.encodings.cost import cell_seconds
from mlipilot.compiler.encodings.data.kinds import facts_of, parameters
from mlipilot.compiler.encodings.data.sample_facts import SampleFacts
from mlipilot.compiler.encodings.data.soap import SPLITS
from mlipilot.compiler.encodings.terms import Term, call_of
from mlipilot.compiler.encodings.widths import MEMORY, needed_bytes
from mlipilot.compiler.extent import Extents
from mlipilot.compiler.measured import START_SECONDS
from mlipilot.compiler.operations.dataset import dataset_id
from mlipilot.compiler.operations.operation import TRACES_BYTES, Operation, Role
from mlipilot.compiler.packages import ENCODINGS
from mlipilot.compiler.plan import Input, Job, Plan
from mlipilot.compiler.source_map import SourceMap
from mlipilot.spec.document import Spec
from mlipilot.spec.values import BlockValue

VERSION = 1
_ROW_BYTES = 250
"""Of a fold of a cell in a table of scores."""
IMPORT_SECONDS = 0.5
LEARNING_ROWS = (32, 64, 128, 256, 512, 1024, 2048, 4096)
NOISE = (0.1, 0.2, 0.4)
SCORES, GEOMETRY, OVERHEAD, MECHANISM, CURVE, LABEL_NOISE, PAPER = (
    "scores",
    "geometry",
    "overhead",
    "mechanism",
    "learning_curve",
    "label_noise",
    "paper",
)
_GEOMETRIES = ("effective_rank", "condition_number", "alignment")


class Size(NamedTuple):
    """Of a data set, as far as it is known before it is read; 0 where it is not."""

    samples: int
    features: int
    classes: int
    """0 of numbers."""


@dataclass(frozen=True)
class EncodeParameters:
    """Parameters of the job."""

    part: str
    data: Mapping[str, Any]
    """The call of the data set, with its arguments."""
    size: Size
    seed: int
    factors: Factors | None = None
    group: str = ""
    """Of arms that are measured together."""
    repeat: int = 0
    """Of the outer folds; the first is 0."""
    outer: int = 0
    repeats: int = 0
    """Where all of them are run in one job."""
    inner: int = 0
    candidates: int = 0
    metric: Mapping[str, str] | None = None
    """By task, what is tuned."""
    levels: tuple[float, ...] = ()
    """Of training rows, or of noise in their labels."""

    def document(self) -> dict[str, Any]:
        """As JSON, without what a part does not ask for."""
        found = {name: value for name, value in vars(self).items() if value not in (None, 0, "", ()) or name == "seed"}
        found["size"] = self.size._asdict()
        found["data"] = dict(self.data)
        if self.factors is not None:
            found["factors"] = self.factors.document()
        if self.metric is not None:
            found["metric"] = dict(self.metric)
        if self.levels:
            found["levels"] = list(self.levels)
        return found

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> EncodeParameters:
        """From JSON."""
        found = dict(params)
        factors = Factors.read(found["factors"]) if "factors" in found else None
        own = {"size": Size(**found["size"]), "factors": factors, "levels": tuple(found.get("levels", ()))}
        return cls(**found | own)


class Part(NamedTuple):
    """One thing that is looked at."""

    name: str
    asked_by: tuple[str, ...]
    """Words of `measure`."""
    file: str
    jobs: Callable[[Benchmark, EncodeParameters], Iterator[tuple[str, EncodeParameters]]]
    """What follows the data set in the id of each job, and its parameters; given those that all parts have."""
    seconds: Callable[[EncodeParameters], float]
    """Besides the start."""
    on_this_machine: bool = False


def _fold_seconds(params: EncodeParameters, share: float = 1.0) -> float:
    """Of all cells on the outer folds of a repeat; `share` is that of the training rows that are left."""
    assert params.factors is not None
    size = params.size
    samples = max(20, round(size.samples * share * (params.outer - 1) / params.outer))
    fits = params.candidates * params.inner + 1
    cells = [
        cell
        for cell in cells_of_group(params.factors)
        if needed_bytes(cell, params.factors, size.samples, size.features) <= MEMORY
    ]
    return params.outer * sum(
        cell_seconds(cell, params.factors, samples, size.features, size.classes, fits) for cell in cells
    )


def _curve_seconds(params: EncodeParameters) -> float:
    rows = params.size.samples * (params.outer - 1) / params.outer
    return sum(_fold_seconds(params, level / rows) for level in params.levels if level <= rows)


def _noise_seconds(params: EncodeParameters) -> float:
    return len(params.levels) * _fold_seconds(params)


def _mechanism_seconds(params: EncodeParameters) -> float:
    """Two arms for each intervention, of which an encoding has about two."""
    assert params.factors is not None
    linear = replace(params, factors=params.factors._replace(heads=("linear",), dimension=(None,)))
    return 4 * params.repeats * _fold_seconds(linear)


def _representation_seconds(params: EncodeParameters) -> float:
    assert params.factors is not None
    cells = len(params.factors.encodings) * len(params.factors.scaling)
    return cells * (0.1 + 1e-7 * min(2000, params.size.samples) ** 2)


def _rounds_seconds(params: EncodeParameters) -> float:
    assert params.factors is not None
    return 0.4 * len(cells_of_group(params.factors)) + 1e-5 * params.size.samples * params.size.features


def _paper_seconds(params: EncodeParameters) -> float:
    return 3.0 + 2e-6 * params.size.samples * params.size.features


def _scores(found: Benchmark, common: EncodeParameters) -> Iterator[tuple[str, EncodeParameters]]:
    for group in GROUPS:
        factors = found.factors.of_group(group)
        if not cells_of_group(factors):
            continue
        for repeat in range(found.protocol.repeats):
            yield f"{group}/repeat-{repeat + 1}", _folded(found, common, factors, group=group, repeat=repeat)


def _folded(found: Benchmark, common: EncodeParameters, factors: Factors, **own: Any) -> EncodeParameters:
    folds = {"outer": found.protocol.outer, "inner": found.protocol.inner, "candidates": found.candidates}
    return EncodeParameters(**vars(common) | folds | {"factors": factors, "metric": found.metric} | own)


def _geometry(found: Benchmark, common: EncodeParameters) -> Iterator[tuple[str, EncodeParameters]]:
    yield "geometry", EncodeParameters(**vars(common) | {"factors": found.factors._replace(controls=(), heads=())})


def _overhead(found: Benchmark, common: EncodeParameters) -> Iterator[tuple[str, EncodeParameters]]:
    factors = found.factors.of_group(GROUPS[0])._replace(scaling=found.factors.scaling[:1], dimension=(None,))
    yield "overhead", EncodeParameters(**vars(common) | {"factors": factors, "metric": found.metric})


def _mechanism(found: Benchmark, common: EncodeParameters) -> Iterator[tuple[str, EncodeParameters]]:
    factors = found.factors._replace(controls=(), heads=(), scaling=found.factors.scaling[:1])
    yield "mechanism", _folded(found, common, factors, repeats=found.protocol.repeats)


def _stressed(levels: Sequence[float], name: str) -> Callable[..., Iterator[tuple[str, EncodeParameters]]]:
    def jobs(found: Benchmark, common: EncodeParameters) -> Iterator[tuple[str, EncodeParameters]]:
        own = found.factors.of_group(GROUPS[0])
        factors = own._replace(dimension=own.dimension[:1], heads=own.heads[:1])
        if cells_of_group(factors):
            yield name, _folded(found, common, factors, group=GROUPS[0], levels=tuple(levels))

    return jobs


def _paper(found: Benchmark, common: EncodeParameters) -> Iterator[tuple[str, EncodeParameters]]:
    yield "paper", common


PARTS = {
    part.name: part
    for part in (
        Part(SCORES, ("accuracy",), "scores.parquet", _scores, _fold_seconds),
        Part(GEOMETRY, _GEOMETRIES, "geometry.json", _geometry, _representation_seconds),
        Part(OVERHEAD, ("overhead",), "overhead.json", _overhead, _rounds_seconds, on_this_machine=True),
        Part(MECHANISM, ("mechanism",), "mechanism.json", _mechanism, _mechanism_seconds),
        Part(CURVE, ("learning_curve",), "scores.parquet", _stressed(LEARNING_ROWS, CURVE), _curve_seconds),
        Part(LABEL_NOISE, ("label_noise",), "scores.parquet", _stressed(NOISE, LABEL_NOISE), _noise_seconds),
        Part(PAPER, (), "paper.json", _paper, _paper_seconds),
    )
}
"""What is looked at, in the order in which it is run."""


class _Encode(Operation):
    kind = "encode"
    role = Role.BENCHMARK
    resources = "benchmark"

    def seconds(self, plan: Plan, job: Job, extents: Extents) -> float:
        """By the number of fits, and what one takes."""
        params = EncodeParameters.read(job.params)
        return START_SECONDS + IMPORT_SECONDS + PARTS[params.part].seconds(params)

    def room(self, plan: Plan, job: Job, extents: Extents) -> int:
        """A row for each fold of a cell."""
        params = EncodeParameters.read(job.params)
        cells = len(cells_of_group(params.factors)) if params.factors is not None else 1
        return TRACES_BYTES + _ROW_BYTES * cells * max(1, params.outer) * max(1, params.repeats, len(params.levels))

    def places(self, source_map: SourceMap, block: BlockValue, job: Job) -> dict[str, str]:
        """Factors are written as fields of the block."""
        written = {"outer": "protocol", "inner": "protocol", "candidates": "protocol", "repeats": "protocol"}
        names = [name for name in (*written, "data", "metric", "seed") if name in job.params]
        found = source_map.fields(block, names, written=written)
        factors = [name for name in job.params.get("factors", ()) if name in block.fields]
        return found | source_map.fields(block, factors, "factors/")


def encode_jobs(found: Benchmark, spec: Spec, files: DataFiles) -> list[Job]:
    """The jobs of a block; files of its own are entered in `files`. None for a data set that is not known."""
    jobs = []
    for number, data in enumerate(found.data):
        label = data_label(found, number)
        facts = facts_of(data, found.block, spec)
        call = call_of(found.block.items("data")[number])
        common = EncodeParameters("", parameters(data, call, found.block, files), _size(facts), found.seed)
        for part in PARTS.values():
            if not _is_asked(found, part, data):
                continue
            for rest, params in part.jobs(found, EncodeParameters(**vars(common) | {"part": part.name})):
                jobs.append(_job(found, data, f"{label}/{rest}", params, part))
    return jobs


def _is_asked(found: Benchmark, part: Part, data: Term) -> bool:
    if part.name == PAPER:
        return found.paper_compat and data.name in PAPER_SETS
    return not set(part.asked_by).isdisjoint(found.measure)


def data_label(found: Benchmark, number: int) -> str:
    """What a data set is called in ids: its kind, with a number where there are several of it."""
    kind = found.data[number].kind
    before = sum(other.kind == kind for other in found.data[:number])
    return f"{kind}-{before + 1}" if before else kind


def _job(found: Benchmark, data: Term, label: str, params: EncodeParameters, part: Part) -> Job:
    source = data.arguments.get("data") if data.kind == "soap" else None
    inputs = {split: Input(dataset_id(str(source)), f"{split}.xyz") for split in SPLITS}
    return Job(
        id=f"encode/{found.name}/{label}",
        kind="encode",
        operation=f"encode.{part.name}",
        version=VERSION,
        params=params.document(),
        inputs=inputs if source is not None else {},
        threads=1,
        device="cpu",
        packages=ENCODINGS,
        on_this_machine=part.on_this_machine,
        block=found.name,
        target=label,
    )


def _size(facts: SampleFacts | None) -> Size:
    if facts is None:
        return Size(0, 0, 0)
    return Size(facts.samples, facts.features, len(facts.counts or ()))


OPERATION = _Encode()
