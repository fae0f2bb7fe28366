"""What runs again, and because of what: a job is reused exactly where its key is."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from comparing import HARDWARE, TEXT, changed, plan, why, with_jobs

from mlipilot.compiler.plan import Compiled, job_keys
from mlipilot.compiler.plan_file import read_plan, write_plan
from mlipilot.compiler.render import PLAIN, Style
from mlipilot.compiler.review.causes import ABSENT, besides
from mlipilot.compiler.review.difference import Fate, as_document, as_text

COPPER = plan()
TRAIN, VERDICT = "train/fit/seed-1", "verdict/copper"
AGAIN = ("job", TRAIN, None, "runs again")


def place_line(place: str | None, text: str = TEXT) -> str:
    """The line of the new spec that a place names."""
    assert place is not None
    file, _, number = place.rpartition(":")
    assert file == "copper.mlp"
    return text.split("\n")[int(number) - 1].strip()


def line_with(word: str) -> int:
    """The last line of the spec that has a word."""
    return max(number for number, line in enumerate(TEXT.split("\n"), 1) if word in line.split())


CHANGES = [
    (),
    (("r_max        = 4.5 Å", "r_max = 5 Å"),),
    (("batch = 4", "batch = 8"), ("seed         = 7", "seed = 8")),
    (("<= 30 meV/Å", "<= 25 meV/Å"),),
    (("seeds = [1]", "seeds = [1, 2]"),),
    (("dynamics warm", "dynamics cold"), ("nve_drift(warm)", "nve_drift(cold)")),
    (("device_time <= 2 h", "device_time <= 3 h"),),
    (("stage energy", "stage last"),),
    (("threads = 2", "threads = 1"),),
]


@pytest.mark.parametrize("changes", CHANGES)
def test_a_job_is_reused_exactly_where_the_old_plan_has_its_key(changes: tuple[tuple[str, str], ...]) -> None:
    new = plan(*changes)
    old_keys, new_keys = job_keys(COPPER.plan, HARDWARE), job_keys(new.plan, HARDWARE)
    found = changed(COPPER, new)
    assert {job for job, change in found.items() if change.fate is Fate.REUSED} == {
        job for job, key in new_keys.items() if key in old_keys.values()
    }
    assert {job for job, change in found.items() if change.fate is not Fate.GONE} == set(new_keys)
    for change in found.values():
        assert bool(change.causes) == (change.fate is Fate.INVALIDATED)


def test_a_changed_parameter_is_named_with_its_line() -> None:
    new = plan(("r_max        = 4.5 Å", "r_max = 5 Å"))
    found = changed(COPPER, new)
    assert found["dataset/cu"].fate is Fate.REUSED
    (cause,) = found[TRAIN].causes
    assert (cause.kind, cause.subject, cause.old, cause.new) == ("parameter", "model/r_max", 4.5, 5.0)
    assert place_line(cause.place, TEXT.replace("r_max        = 4.5 Å", "r_max = 5 Å")) == "r_max = 5 Å"
    assert [why(change) for job, change in found.items() if job not in (TRAIN, "dataset/cu")] == [[AGAIN]] * 6


def test_a_default_that_is_no_more_is_blamed_on_its_block() -> None:
    (cause,) = changed(COPPER, plan(("    channels     = 8\n", "")))[TRAIN].causes
    assert (cause.subject, cause.old, cause.new) == ("model/channels", 8, 128)
    assert place_line(cause.place) == "model potential : mace {"


def test_a_changed_rule_runs_the_verdict_alone() -> None:
    found = changed(COPPER, plan(("<= 30 meV/Å", "<= 25 meV/Å")))
    assert [job for job, change in found.items() if change.fate.runs] == [VERDICT]
    (cause,) = found[VERDICT].causes
    assert cause.subject == "constraints/require force_rmse(cu.test)/bound"
    assert (cause.old, cause.new) == ("30 meV/Å", "25 meV/Å")
    assert place_line(cause.place).startswith("require force_rmse(cu.test)")


def test_added_and_removed_rules_and_stages_are_named_as_wholes() -> None:
    rule = '    require nve_drift(warm)      <= 0.1 meV/atom/ps    because "energy must not leak"\n'
    found = changed(COPPER, plan((rule, "")))
    causes = {cause.subject: cause for cause in found[VERDICT].causes}
    assert causes["constraints/require nve_drift(warm)"].new is ABSENT
    assert causes["dynamics/warm/seed-1"].new == "is not needed any more"
    found = changed(COPPER, plan(("stage energy", "stage last")))
    subjects = [(cause.subject, cause.old is ABSENT, cause.new is ABSENT) for cause in found[TRAIN].causes]
    assert subjects == [("stages/energy", False, True), ("stages/last", True, False)]


def test_stages_in_another_order_are_a_cause() -> None:
    lines = TEXT.split("\n")
    one, two = (i for i, line in enumerate(lines) if line.strip().startswith("stage"))
    found = changed(COPPER, plan((f"{lines[one]}\n{lines[two]}", f"{lines[two]}\n{lines[one]}")))
    assert why(found[TRAIN]) == [("parameter", "stages", ["forces", "energy"], ["energy", "forces"])]


def test_new_gone_and_renamed_jobs() -> None:
    found = changed(COPPER, plan(("seeds = [1]", "seeds = [1, 2]")))
    assert found["train/fit/seed-2"].fate is Fate.NEW
    assert found[TRAIN].fate is Fate.REUSED
    assert changed(plan(("seeds = [1]", "seeds = [1, 2]")), COPPER)["train/fit/seed-2"].fate is Fate.GONE
    renamed = changed(COPPER, plan(("dataset cu", "dataset metal"), ("= cu\n", "= metal\n"), ("cu.", "metal.")))
    assert renamed["dataset/metal"].fate is Fate.REUSED
    assert renamed["dataset/metal"].formerly == "dataset/cu"
    assert "dataset/cu" not in renamed


def test_what_is_in_the_store_is_reused_though_the_old_plan_has_it_not() -> None:
    new = plan(("r_max        = 4.5 Å", "r_max = 5 Å"))
    found = changed(COPPER, new, frozenset({TRAIN}))
    assert found[TRAIN] == (TRAIN, Fate.REUSED, (), None, True)
    assert why(found["dynamics/hot/seed-1"]) == [("job", TRAIN, None, "has another result")]


def test_another_package_or_operation_is_a_cause() -> None:
    newer = COPPER._replace(plan=replace(COPPER.plan, packages={**COPPER.plan.packages, "e3nn": "9.9"}))
    found = changed(COPPER, newer)
    assert ("package", "e3nn", COPPER.plan.packages["e3nn"], "9.9") in why(found[TRAIN])
    assert found["dataset/cu"].fate is Fate.REUSED
    found = changed(COPPER, with_jobs(COPPER, lambda job: replace(job, version=job.version + (job.id == VERDICT))))
    assert why(found[VERDICT]) == [("operation", "verdict", "verdict 2", "verdict 3")]


def test_another_device_and_threads_are_causes_where_they_matter() -> None:
    found = changed(COPPER, plan(("threads = 2", "threads = 1")))
    assert {job for job, change in found.items() if change.fate.runs} == {"speed/fit/seed-1/cu.cell-4-4-4", VERDICT}
    (cause,) = found["speed/fit/seed-1/cu.cell-4-4-4"].causes
    assert (cause.subject, cause.old, cause.new) == ("threads", 2, 1)
    assert place_line(cause.place).startswith("engine here")
    found = changed(COPPER, with_jobs(COPPER, lambda job: replace(job, device="cuda")))
    assert ("device", "device", "cpu", "cuda") in why(found[TRAIN])


def test_another_file_of_the_same_job_is_a_cause() -> None:
    found = changed(COPPER, plan(("start       = cu.test", "start = cu.valid")))
    (cause,) = found["dynamics/warm/seed-1"].causes
    assert (cause.kind, cause.subject) == ("input", "start")
    assert (cause.old, cause.new) == ("dataset/cu/test.xyz", "dataset/cu/valid.xyz")
    assert place_line(cause.place).startswith("start")


def test_a_cause_that_another_explains_is_left_out() -> None:
    """The verdict needs the training and what is measured of it, which runs again for the training's sake alone."""
    assert why(changed(COPPER, plan(("batch = 4", "batch = 8")))[VERDICT]) == [AGAIN]
    both = changed(COPPER, plan(("batch = 4", "batch = 8"), ("duration    = 2 ps", "duration = 3 ps")))
    assert why(both[VERDICT]) == [AGAIN, ("job", "dynamics/warm/seed-1", None, "runs again")]


def test_the_text_has_a_line_for_each_job_and_each_cause() -> None:
    new = plan(("r_max        = 4.5 Å", "r_max = 5 Å"), ("dynamics warm", "dynamics cold"), ("(warm)", "(cold)"))
    changes = list(changed(COPPER, new).values())
    lines = as_text(new, changes, [], PLAIN).split("\n")
    assert len(lines) == len(changes) + sum(len(change.causes) for change in changes)
    assert lines[:3] == [
        "  = dataset/cu",
        "  ~ train/fit/seed-1                runs again",
        "      potential.r_max: 4.5 Å → 5 Å  (copper.mlp:20)",
    ]
    assert lines[-1] == "  - dynamics/warm/seed-1            gone"


def test_colour_changes_nothing_but_colour() -> None:
    new = plan(("r_max        = 4.5 Å", "r_max = 5 Å"), ("dynamics warm", "dynamics cold"), ("(warm)", "(cold)"))
    changes = list(changed(COPPER, new).values())
    coloured = as_text(new, changes, [], Style(True))
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == as_text(new, changes, [], PLAIN) != coloured


def test_the_document_says_the_same() -> None:
    new = plan(("r_max        = 4.5 Å", "r_max = 5 Å"))
    document = as_document(new, list(changed(COPPER, new).values()), [], "a sentence")
    assert (document["reused"], document["invalidated"], document["new"], document["gone"]) == (1, 7, 0, 0)
    train = document["jobs"][1]
    assert train["fate"] == "invalidated"
    assert train["causes"] == [
        {
            "kind": "parameter",
            "subject": "model/r_max",
            "old": 4.5,
            "new": 5.0,
            "place": "copper.mlp:20",
            "field": "potential.r_max",
            "written": ["4.5 Å", "5 Å"],
        }
    ]


def test_what_changes_no_result_is_named_beside() -> None:
    new = plan(("trials <= 12", "trials <= 13"), ("workers = 1", "workers = 2"))
    assert {change.fate for change in changed(COPPER, new).values()} == {Fate.REUSED}
    beside = besides(COPPER, new)
    assert [(cause.subject, cause.old, cause.new) for cause in beside] == [
        ("budget/trials", 12, 13),
        ("engine/workers", 1, 2),
    ]
    assert as_text(new, [], beside, PLAIN).split("\n") == [
        f"  * budget.trials: 12 → 13  (copper.mlp:{line_with('trials')})",
        f"  * engine.workers: 1 → 2  (copper.mlp:{line_with('workers')})",
    ]
    assert [cause["subject"] for cause in as_document(new, [], beside, "x")["besides"]] == [
        "budget/trials",
        "engine/workers",
    ]
    assert besides(COPPER, COPPER) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("lattice      = 3.59 Å", "lattice = 0.36 nm", "cu.lattice: 3.59 Å → 0.36 nm"),
        ("-4 % .. 4 %", "-3 % .. 0.03", "cu.strain: -4 % .. 4 % → -3 % .. 0.03"),
        ("epochs = 14", "epochs = 20", "fit.energy.epochs: 14 → 20"),
        ("timestep    = 2 fs", "timestep = 0.001 ps", "warm.timestep: 2 fs → 0.001 ps"),
        ("duration    = 2 ps", "duration = 3 ps", "warm.duration: 2 ps → 3 ps"),
        (
            "langevin(relaxation = 100 fs)",
            "langevin(relaxation = 50 fs)",
            "hot.thermostat: langevin(relaxation = 100 fs)",
        ),
        ("<= 30 meV/Å", "<= 25 meV/Å", "require force_rmse(cu.test): 30 meV/Å → 25 meV/Å"),
    ],
)
@pytest.mark.parametrize("from_file", [False, True])
def test_a_cause_is_said_as_the_author_wrote_it_with_its_line(
    old: str, new: str, words: str, from_file: bool, tmp_path: Path
) -> None:
    plans = [plan(), plan((old, new))]
    if from_file:
        plans = [again(found, tmp_path) for found in plans]
    own = [cause for change in changed(*plans).values() for cause in change.causes if cause.kind == "parameter"]
    assert [cause.words.startswith(words) for cause in own] == [True], [cause.words for cause in own]
    assert place_line(own[0].place, TEXT.replace(old, new)).find(new) >= 0


def again(compiled: Compiled, folder: Path) -> Compiled:
    """A plan as its file holds it."""
    found = read_plan(write_plan(compiled, folder), folder / "a.plan.json")
    assert isinstance(found, Compiled)
    return found


def test_a_plan_of_before_names_its_parameters_instead() -> None:
    new = plan(("r_max        = 4.5 Å", "r_max = 5 Å"))
    (cause,) = changed(COPPER._replace(texts={}), new)[TRAIN].causes
    assert cause.words == "model.r_max: 4.5 → 5.0"


def test_of_what_follows_from_a_written_change_only_that_is_said() -> None:
    causes = changed(COPPER, plan(("timestep    = 2 fs", "timestep = 1 fs")))["dynamics/warm/seed-1"].causes
    assert [cause.words for cause in causes] == ["warm.timestep: 2 fs → 1 fs"]
