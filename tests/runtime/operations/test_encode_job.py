"""Jobs of an encoding benchmark run in this process, one after the other: what each of them writes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from mlipilot.compiler.compile import compile_spec
from mlipilot.compiler.plan import Compiled, Job
from mlipilot.runtime.encodings.benchmark.outcome import BenchmarkOutcome, load_outcome
from mlipilot.runtime.foundation.failures import JobFailure, Stopped
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.operations import operation

sys.path.append(str(Path(__file__).parents[2] / "compiler" / "encodings"))
from encoding_blocks import spec_of

FIELDS = """
    data      = [iris, friedman1(n = 60)]
    encodings = [amplitude, angle]
    controls  = [same_head(raw, fourier), same_kernel(rbf), adaptive(svm)]
    protocol  = nested(outer = 2, repeats = 2, inner = 2, candidates = 2)
    discordance = 30 %
    measure   = [effective_rank, alignment, accuracy, overhead, mechanism, learning_curve, label_noise]
    predict not_worse(angle, raw, data = iris) because "it has more features"
"""


def compiled(fields: str) -> Compiled:
    found = compile_spec(spec_of(fields))
    assert isinstance(found, Compiled)
    return found


def run(job: Job, folder: Path, done: dict[str, Path], **beside: Any) -> Path:
    """The folder of a job's result."""
    out, scratch = folder / job.id / "out", folder / job.id / "scratch"
    out.mkdir(parents=True)
    scratch.mkdir()
    inputs = {role: done[source.job] / source.file for role, source in job.inputs.items()}
    operation(job.kind).run(JobContext(job.params, inputs, out, scratch, **beside))
    return out


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Results of all jobs of the block, by id; tests may look at them but not change them."""
    folder, done = tmp_path_factory.mktemp("benchmark"), {}
    for job in compiled(FIELDS).plan.jobs:
        done[job.id] = run(job, folder, done)
    return done


@pytest.fixture(scope="module")
def outcome(finished: dict[str, Path]) -> BenchmarkOutcome:
    found = load_outcome(finished["compare/maps"])
    assert found is not None
    return found


def test_scores_have_a_row_for_each_cell_and_fold(finished: dict[str, Path]) -> None:
    table = pl.read_parquet(finished["encode/maps/iris/features/repeat-2"] / "scores.parquet")
    assert len(table) == 2 * (2 + 1 + 2)  # folds; encodings, raw, and a fourier for each encoding
    assert set(table["repeat"]) == {1}
    assert table["balanced_accuracy"].is_between(0.3, 1).all()
    assert table["log_loss"].null_count() == 0
    assert (table["fit_seconds"] > 0).all()


def test_all_scores_stand_in_one_table_beside_the_outcome(finished: dict[str, Path]) -> None:
    table = pl.read_parquet(finished["compare/maps"] / "scores.parquet")
    assert set(table["data"]) == {"iris", "friedman1(n = 60)"}
    assert table.filter(pl.col("data") == "iris")["rmse"].null_count() == len(table) // 2


def test_the_outcome_has_every_part_that_was_asked_for(outcome: BenchmarkOutcome) -> None:
    assert len(outcome.comparisons) == 2 * 2 * 4
    assert {scored.arm for scored in outcome.scores} == {"amplitude", "angle", "raw", "fourier", "rbf", "svm"}
    assert not outcome.left_out
    assert {(one.data, one.arm) for one in outcome.geometry} == {
        (data, arm) for data in ("iris", "friedman1(n = 60)") for arm in ("amplitude", "angle")
    }
    assert {one.arm for one in outcome.overhead} == {"amplitude", "angle", "raw", "fourier"}
    raw = next(one for one in outcome.overhead if one.arm == "raw")
    assert (raw.encode_ratio, raw.fit_ratio, raw.predict_ratio) == (1, 1, 1)
    assert outcome.hardware["cores"] >= 1
    assert {one.intervention for one in outcome.mechanisms} == {"append the norm", "centre", "narrow the bandwidth"}
    assert {one.level for one in outcome.learning_curves} == {32, 64}
    assert {one.level for one in outcome.label_noise} == {0.1, 0.2, 0.4}
    assert [claim.outcome for claim in outcome.claims] in (["holds"], ["undecided"], ["fails"])
    assert outcome.words.startswith("amplitude")
    sets = {found["name"]: found for found in outcome.data}
    assert (sets["iris"]["samples"], sets["iris"]["classes"], sets["friedman1(n = 60)"]["task"]) == (150, 3, "numbers")


def test_the_same_files_give_the_same_outcome(finished: dict[str, Path], tmp_path: Path) -> None:
    job = compiled(FIELDS).plan.jobs[-1]
    again = run(job, tmp_path, finished)
    assert (again / "benchmark.json").read_bytes() == (finished[job.id] / "benchmark.json").read_bytes()


def test_a_job_that_is_asked_to_stop_stops_between_folds(tmp_path: Path) -> None:
    job = compiled(FIELDS).plan.jobs[0]
    with pytest.raises(Stopped):
        run(job, tmp_path, {}, stop_requested=lambda: True)


def test_progress_says_which_arm_and_how_many_fits(tmp_path: Path) -> None:
    job = compiled(FIELDS).plan.jobs[0]
    run(job, tmp_path, {}, progress_file=tmp_path / "progress")
    lines = [json.loads(line) for line in (tmp_path / "progress").read_text().splitlines()]
    assert [line["done"] for line in lines if "done" in line] == list(range(1, 11))
    assert {line["total"] for line in lines if "total" in line} == {10}
    assert lines[-1]["result"] == "5 cells on 2 folds"


def test_what_does_not_fit_is_left_out_with_its_size(tmp_path: Path) -> None:
    fields = """
    data = [parity(n = 60, features = 40)], encodings = [angle(map = product)], controls = [same_head(raw)]
    protocol = nested(outer = 2, repeats = 1, inner = 2, candidates = 2), measure = [accuracy, alignment, overhead]
"""
    done: dict[str, Path] = {}
    for job in compiled(fields).plan.jobs:
        done[job.id] = run(job, tmp_path, done)
    found = load_outcome(done["compare/maps"])
    assert found is not None
    assert [compared.word for compared in found.comparisons] == ["left out"]
    assert "TiB" in found.comparisons[0].reason
    assert [scored.arm for scored in found.left_out] == ["angle(map = product)"]
    assert found.geometry[0].figures["alignment"] is None
    assert "TiB" in found.geometry[0].reasons["alignment"]
    assert [one.encode_ratio for one in found.overhead if one.arm != "raw"] == [None]


def test_a_package_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    with pytest.raises(JobFailure, match="encodings need `threadpoolctl`") as failure:
        run(compiled(FIELDS).plan.jobs[0], tmp_path, {})
    assert failure.value.code == "MLP0801"
    assert "mlipilot[encodings]" in failure.value.help
