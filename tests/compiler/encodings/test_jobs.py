"""The jobs of a benchmark: which there are, what their keys depend on, and what they take."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from encoding_blocks import spec_of

from mlipilot.compiler.compile import compile_spec
from mlipilot.compiler.operations.compare import CompareParameters
from mlipilot.compiler.operations.encode import EncodeParameters
from mlipilot.compiler.plan import Compiled, Plan, job_keys

FIELDS = """
    data      = [wine, moons(n = 200)]
    encodings = [amplitude, angle(axis = z)]
    controls  = [same_head(raw, fourier), same_kernel(rbf), adaptive(svm)]
    scaling   = [none, standard]
    protocol  = nested(outer = 5, repeats = 2, inner = 3)
    discordance = 20 %
"""
PREDICTION = 'discordance = 20 %\npredict better(angle, raw) because "…"'
HERE = {"processor": "made", "cores": 2}


def compiled(fields: str) -> Compiled:
    found = compile_spec(spec_of(fields))
    assert isinstance(found, Compiled)
    return found


def keys(fields: str) -> Mapping[str, str | None]:
    return job_keys(compiled(fields).plan, HERE)


def changed(fields: str) -> set[str]:
    """Jobs of the block that have no result yet once its plain form has run."""
    before, after = keys(FIELDS), keys(fields)
    return {job.removeprefix("encode/maps/") for job, key in after.items() if key not in before.values()}


def test_a_job_stands_for_each_data_set_repeat_and_group_and_one_compares_them() -> None:
    plan = compiled(FIELDS).plan
    ids = [job.id for job in plan.jobs]
    groups = ("features", "kernels", "models")
    scores = [
        f"encode/maps/{data}/{group}/repeat-{at}" for data in ("wine", "moons") for group in groups for at in (1, 2)
    ]
    assert set(scores) <= set(ids)
    assert {f"encode/maps/{data}/{part}" for data in ("wine", "moons") for part in ("geometry", "overhead")} <= set(ids)
    assert ids[-1] == "compare/maps"
    assert {source.job for source in plan.jobs[-1].inputs.values()} == set(ids[:-1])
    assert all(job.on_this_machine == (job.id.endswith("/overhead")) for job in plan.jobs[:-1])


@pytest.mark.parametrize(
    "instead",
    ["discordance = 30 %", "discordance = 20 %, family = block", "discordance = 20 %, rope = [3 %]", PREDICTION],
)
def test_how_scores_are_judged_runs_nothing_again(instead: str) -> None:
    assert changed(FIELDS.replace("discordance = 20 %", instead)) == {"compare/maps"}


def test_more_repeats_keep_those_that_are_done() -> None:
    found = changed(FIELDS.replace("repeats = 2", "repeats = 3"))
    assert len(found) == 2 * 3 + 1
    assert all(job.endswith("repeat-3") for job in found - {"compare/maps"})


def test_a_control_of_another_tier_leaves_the_other_groups_alone() -> None:
    found = changed(FIELDS.replace("adaptive(svm)", "adaptive(svm, boosting)"))
    assert {job.split("/")[1] for job in found - {"compare/maps"}} == {"models"}


def test_another_data_set_leaves_those_that_are_there_alone() -> None:
    found = changed(FIELDS.replace("[wine,", "[iris, wine,"))
    assert {job.split("/")[0] for job in found} == {"iris", "compare"}


def test_parameters_come_back_from_json_as_they_were() -> None:
    for job in compiled(FIELDS.replace("discordance = 20 %", PREDICTION)).plan.jobs:
        reader = CompareParameters if job.kind == "compare" else EncodeParameters
        assert reader.read(job.params).document() == job.params


def test_several_sets_of_a_kind_have_labels_of_their_own() -> None:
    plan = compiled(FIELDS.replace("[wine,", "[moons(n = 300), wine,")).plan
    labels = {job.target.partition("/")[0] for job in plan.jobs[:-1]}
    assert labels == {"moons", "moons-2", "wine"}


def test_the_seed_papers_tables_are_made_of_its_own_sets_alone() -> None:
    fields = FIELDS.replace("[wine,", "[wine, parity, parity(n = 500), diabetes,") + "paper_compat = true"
    made = [job.target for job in compiled(fields).plan.jobs if job.operation == "encode.paper"]
    assert made == ["wine/paper", "parity/paper"]


def _seconds(plan: Plan, estimate: Mapping[str, float], part: str) -> float:
    return sum(estimate[job.id] for job in plan.jobs if job.id.endswith(part))


def test_the_estimate_grows_with_samples_candidates_and_folds() -> None:
    def total(fields: str) -> float:
        found = compiled(fields)
        return _seconds(found.plan, found.estimate["seconds"], "repeat-1")

    plain = total(FIELDS)
    assert total(FIELDS.replace("n = 200", "n = 2000")) > plain
    assert total(FIELDS.replace("inner = 3", "inner = 3, candidates = 20")) > plain
    assert total(FIELDS.replace("outer = 5", "outer = 10")) > plain
