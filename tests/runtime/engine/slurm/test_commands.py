"""Answers of Slurm's commands: what they say, a refusal, or that nobody was heard, which is none of both."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlipilot.runtime.engine.slurm.commands import Commands, QueuedJob, Refused, Said, Unheard


def commands(folder: Path, seconds: float = 20.0, **scripts: str) -> Commands:
    """Commands of a path where these stand-ins are."""
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return Commands({"PATH": f"{folder}:/usr/bin:/bin"}, seconds)


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("12|COMPLETED|n1|mlp-a-1\\n", QueuedJob("12", "mlp-a-1", "COMPLETED", "", "n1")),
        ("12|CANCELLED by 1000|n1|mlp-a-1\\n", QueuedJob("12", "mlp-a-1", "CANCELLED", "", "n1")),
        (
            "12|REQUEUED|n1|mlp-a-1\\n12|OUT_OF_MEMORY|n2|mlp-a-1\\n",
            QueuedJob("12", "mlp-a-1", "OUT_OF_MEMORY", "", "n2"),
        ),
        ("12_3|FAILED|n1|mlp-a-1\\n", None),
        ("12_[0-3]|PENDING||mlp-a-1\\n", None),
        ("12|FAILED|n1|mlp-b-1\\n", None),
        ("what\\n", None),
        ("", None),
    ],
)
def test_29_accounting_tells_how_a_job_ended(tmp_path: Path, printed: str, found: QueuedJob | None) -> None:
    assert commands(tmp_path, sacct=f"printf '{printed}'").accounted("mlp-a-1", 0) == found


def test_of_an_array_accounting_tells_of_each_place(tmp_path: Path) -> None:
    asked = commands(tmp_path, sacct="printf '12_0|FAILED|n1|mlp-a\\n12_1|TIMEOUT|n1|mlp-a\\n'")
    assert [asked.accounted("mlp-a", place) for place in (0, 1, 2)] == [
        QueuedJob("12_0", "mlp-a", "FAILED", "", "n1"),
        QueuedJob("12_1", "mlp-a", "TIMEOUT", "", "n1"),
        None,
    ]


def test_without_accounting_nothing_is_told(tmp_path: Path) -> None:
    assert commands(tmp_path, sacct="echo Slurm accounting storage is disabled >&2; exit 1").accounted("a", 0) is None


def test_a_queue_has_jobs_and_places_of_arrays(tmp_path: Path) -> None:
    shown = "12|RUNNING|None|n1|mlp-a-1\n13_4|PENDING|Resources||mlp-b\n"
    found = commands(tmp_path, squeue=f"printf '{shown}'").queue()
    assert found == [
        QueuedJob("12", "mlp-a-1", "RUNNING", "None", "n1"),
        QueuedJob("13_4", "mlp-b", "PENDING", "Resources"),
    ]
    assert [(job.number, job.place) for job in found] == [(12, 0), (13, 4)]


def test_an_empty_queue_is_one(tmp_path: Path) -> None:
    assert commands(tmp_path, squeue="true").queue() == []


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo Segmentation fault", "no queue"),
        ("printf '12|RUNNING\\n'", "no queue"),
        ("echo 'squeue: error: Unable to contact slurm controller (connect failure)' >&2; exit 1", "Unable to contact"),
        ("echo 'slurm_load_jobs error: Invalid user id' >&2; exit 1", "Invalid user id"),
        ("exec sleep 30", "did not answer within 0.5 s"),
        ("kill -9 $$", "killed"),
    ],
    ids=["garbage", "cut", "unreachable", "refused", "hangs", "killed"],
)
def test_a_queue_that_cannot_be_read_is_unknown_and_not_empty(script: str, why: str, tmp_path: Path) -> None:
    found = commands(tmp_path, 0.5, squeue=script).queue()
    assert isinstance(found, Unheard)
    assert why in found.why


def test_without_slurm_nothing_is_known_of_the_queue_and_a_job_is_refused(tmp_path: Path) -> None:
    found = Commands({"PATH": str(tmp_path)})
    assert isinstance(found.queue(), Unheard)
    assert found.submit("#!/bin/sh\n", []) == Refused("`sbatch` is not on the path")


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        ("cat > /dev/null; echo 7", Said("7\n")),
        (
            "echo 'sbatch: error: invalid partition specified: x' >&2; "
            "echo 'sbatch: error: Batch job submission failed: Invalid partition name specified' >&2; exit 1",
            Refused("invalid partition specified: x; Batch job submission failed: Invalid partition name specified"),
        ),
        (
            "echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2; exit 1",
            Unheard("Batch job submission failed: Socket timed out on send/recv operation"),
        ),
        ("exit 3", Refused("`sbatch` ended with code 3")),
    ],
    ids=["taken", "refused", "unheard", "silent"],
)
def test_a_submit_is_taken_refused_or_nobody_knows(
    script: str, answer: Said | Refused | Unheard, tmp_path: Path
) -> None:
    assert commands(tmp_path, sbatch=script).submit("#!/bin/sh\n", []) == answer


def test_the_script_and_options_reach_sbatch_as_they_are(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    script = f'cat > {kept}; printf "%s\\n" "$@" >> {kept}'
    commands(tmp_path, sbatch=script).submit("#!/bin/bash\nexec true\n", ["--time=5", "--job-name=a b"])
    assert kept.read_text() == "#!/bin/bash\nexec true\n--parsable\n--time=5\n--job-name=a b\n"


def test_a_signal_goes_to_the_script_of_a_job(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    found = commands(tmp_path, scancel=f'echo "$@" >> {kept}')
    found.cancel(["12", "13_4"])
    found.cancel(["12"], "TERM")
    assert kept.read_text() == "12 13_4\n--signal=TERM --batch 12\n"
