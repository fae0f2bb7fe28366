"""Encoding benchmarks: arms of a data set on the folds of a repeat, and what else is looked at of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from mlipilot.compiler.encodings.cells import Cell, cells_of_group
from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.compiler.encodings.widths import MEMORY
from mlipilot.compiler.operations.encode import (
    CURVE,
    GEOMETRY,
    LABEL_NOISE,
    MECHANISM,
    OVERHEAD,
    PAPER,
    PARTS,
    SCORES,
    EncodeParameters,
)
from mlipilot.runtime.foundation.failures import JobFailure, Stopped
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.operations.operation import Operation
from mlipilot.spec.numerals import count

if TYPE_CHECKING:
    from mlipilot.runtime.encodings.benchmark.cells import Arms
    from mlipilot.runtime.encodings.benchmark.measurement import Row
    from mlipilot.runtime.encodings.benchmark.stress import Stress
    from mlipilot.runtime.encodings.datasets.tabular import TabularData

DATA_FILE = "data.json"


class _Encode(Operation):
    def run(self, job: JobContext) -> None:
        """Write the part that is asked for, and what the data set is."""
        run(job)


class Work(NamedTuple):
    """What a part is given."""

    job: JobContext
    params: EncodeParameters
    data: TabularData
    arms: Arms | None

    @property
    def task(self) -> str:
        """`classes` or `numbers`."""
        return self.data.task

    @property
    def metric(self) -> str:
        """What is tuned."""
        assert self.params.metric is not None
        return str(self.params.metric[self.task])

    def made(self) -> Arms:
        """The arms of a part that has some."""
        assert self.arms is not None
        return self.arms

    def write(self, document: Any) -> None:
        """The file of the part, as JSON."""
        text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
        (self.job.out / PARTS[self.params.part].file).write_text(text + "\n", encoding="utf-8")


def run(job: JobContext) -> None:
    """Write the file of the part and `data.json`: what the data set is, with the hash of its numbers.

    `JobFailure`: MLP0801 without the packages of encodings, MLP0814 for a file that changed, and what `check` says of
    data (MLP12…) where only the job could see it.
    """
    try:
        from threadpoolctl import threadpool_limits

        from mlipilot.runtime.encodings.benchmark.cells import Arms
        from mlipilot.runtime.encodings.benchmark.folds import Samples
        from mlipilot.runtime.encodings.datasets.named import require_folds, samples
    except ImportError as error:
        name = error.name or str(error)
        raise JobFailure("MLP0801", f"encodings need `{name}`", "install mlipilot[encodings]") from error
    params = EncodeParameters.read(job.params)
    data = samples(params.data, job.inputs)
    if params.outer:
        require_folds(data, str(params.data["name"]), Protocol(params.outer, 1, params.inner))
    (job.out / DATA_FILE).write_text(json.dumps(_about(data), ensure_ascii=False) + "\n", encoding="utf-8")
    own = Samples(data.X, data.y, data.task, data.groups)
    arms = None if params.factors is None else Arms(params.factors, own, params.seed, MEMORY)
    with threadpool_limits(job.threads):
        _PARTS[params.part](Work(job, params, data, arms))


def _about(data: TabularData) -> dict[str, Any]:
    """What a data set is: sizes, what is predicted, and where it came from."""
    from mlipilot.runtime.encodings.datasets.named import facts_of_samples

    facts = facts_of_samples(data)
    return {
        "samples": facts.samples,
        "features": facts.features,
        "task": facts.task,
        "classes": len(facts.counts or ()),
        "groups": len(facts.groups or ()),
        "deviation": facts.deviation,
        "unit": facts.unit,
        "sha256": data.sha256,
        "source": data.source,
        "licence": data.licence,
    }


def _scores(work: Work) -> None:
    """Every cell of the group on the folds of a repeat."""
    from mlipilot.runtime.encodings.benchmark.stress import NONE

    assert work.params.factors is not None
    _write_scores(work, cells_of_group(work.params.factors), [NONE], work.params.repeat)


def _stressed(make: Callable[[float], Stress], fits: Callable[[float, Work], bool]) -> Callable[[Work], None]:
    """Cells at each level of what is made harder, on the folds of the first repeat."""

    def run_levels(work: Work) -> None:
        assert work.params.factors is not None
        levels = [make(level) for level in work.params.levels if fits(level, work)]
        _write_scores(work, cells_of_group(work.params.factors), levels, 0)

    return run_levels


def _write_scores(work: Work, names: Sequence[Cell], levels: Sequence[Stress], repeat: int) -> None:
    from mlipilot.runtime.encodings.benchmark.scores import METRICS
    from mlipilot.runtime.encodings.benchmark.tables import scores_table

    rows = list(_rows(work, names, levels, repeat))
    table = scores_table(rows, list(METRICS[work.data.task]))
    table.write_parquet(work.job.out / PARTS[work.params.part].file)
    lost = len({row.cell.key for row in rows if row.left_out})
    said = f", {lost} left out" if lost else ""
    work.job.progress(result=f"{count(len(names), 'cell')} on {count(work.params.outer, 'fold')}{said}")


def _rows(work: Work, names: Sequence[Cell], levels: Sequence[Stress], repeat: int) -> Iterator[Row]:
    from mlipilot.runtime.encodings.benchmark.measurement import measure

    params, made = work.params, [work.made().made(name) for name in names]
    protocol = Protocol(params.outer, 1, params.inner)
    total, done = len(made) * params.outer * len(levels), 0
    for stress in levels:
        for row in measure(
            made,
            work.made().samples,
            protocol,
            repeat,
            count=params.candidates,
            seed=params.seed,
            stress=stress,
            metric=work.metric,
        ):
            if work.job.stop_requested():
                raise Stopped
            done += 1
            work.job.progress(phase="measuring", done=done, total=total, unit="fit", note=row.cell.key.arm)
            yield row


def _rows_suffice(level: float, work: Work) -> bool:
    """Whether so many training rows are left of every fold, and leave each inner fold a sample of every class."""
    samples, params = work.made().samples, work.params
    smallest_fold = len(samples.y) - -(-len(samples.y) // params.outer)
    if level > smallest_fold:
        return False
    if samples.task == "numbers":
        return level >= 2 * params.inner
    import numpy as np

    shares = np.unique(samples.y, return_counts=True)[1] / len(samples.y)
    return bool(level * shares.min() >= params.inner)


def _stress_of_rows(level: float) -> Stress:
    from mlipilot.runtime.encodings.benchmark.stress import Stress

    return Stress(training_rows=int(level))


def _stress_of_noise(level: float) -> Stress:
    from mlipilot.runtime.encodings.benchmark.stress import Stress

    return Stress(label_noise=level)


def _geometry(work: Work) -> None:
    from mlipilot.runtime.encodings.benchmark.survey import geometry

    factors = work.made().factors
    names = [
        Cell(term.name, "", scaling, None, "linear", "") for scaling in factors.scaling for term in factors.encodings
    ]
    found = []
    for figures in geometry(work.made(), names):
        found.append(figures)
        work.job.progress(phase="describing", done=len(found), total=len(names), unit="representation")
    work.write(found)
    work.job.progress(result=f"{count(len(found), 'representation')} described")


def _overhead(work: Work) -> None:
    from mlipilot.compiler.encodings.cells import Control
    from mlipilot.compiler.encodings.terms import Term
    from mlipilot.runtime.encodings.benchmark.cells import Arms
    from mlipilot.runtime.encodings.benchmark.overhead import RAW, overhead
    from mlipilot.runtime.foundation.hardware import fingerprint

    arms, job = work.made(), work.job
    raw = Control("same_head", Term(RAW, {}, RAW))
    controls = tuple(dict.fromkeys((raw.term.name, *(c.term.name for c in arms.factors.controls))))
    known = {c.term.name: c for c in (raw, *arms.factors.controls)}
    factors = arms.factors._replace(controls=tuple(known[name] for name in controls), heads=("linear",))
    names = list({name.arm: name for name in reversed(cells_of_group(factors))}.values())[::-1]
    base = next(name for name in names if name.arm == RAW)

    def progress(done: int, total: int) -> None:
        if job.stop_requested():
            raise Stopped
        job.progress(phase="timing", done=done, total=total, unit="round")

    found = list(overhead(Arms(factors, arms.samples, arms.seed, arms.max_memory), base, names, progress))
    work.write({"hardware": {**fingerprint(job.device), "threads": job.threads}, "arms": found})
    others = count(len(found) - 1, "arm")
    job.progress(result=f"{others} timed beside the raw features")


def _mechanism(work: Work) -> None:
    from mlipilot.runtime.encodings.benchmark.mechanism import interventions

    params = work.params
    protocol = Protocol(params.outer, params.repeats, params.inner)
    found = []
    for one in interventions(work.made(), protocol, count=params.candidates, metric=work.metric):
        if work.job.stop_requested():
            raise Stopped
        found.append(one)
        work.job.progress(phase="intervening", note=f"{one['intervention']} on {one['encoding']}")
    work.write(found)
    held = sum(one["holds"] for one in found)
    work.job.progress(result=f"{held} of {count(len(found), 'intervention')} moved geometry and metric as predicted")


def _paper(work: Work) -> None:
    from mlipilot.runtime.encodings.benchmark.replay import replay

    found = replay(work.data)
    work.write(found)
    work.job.progress(result=f"{count(len(found), 'number')} of the paper made again")


_PARTS: Mapping[str, Callable[[Work], None]] = {
    SCORES: _scores,
    GEOMETRY: _geometry,
    OVERHEAD: _overhead,
    MECHANISM: _mechanism,
    CURVE: _stressed(_stress_of_rows, _rows_suffice),
    LABEL_NOISE: _stressed(_stress_of_noise, lambda level, work: True),
    PAPER: _paper,
}
assert set(_PARTS) == set(PARTS)

OPERATION = _Encode()
