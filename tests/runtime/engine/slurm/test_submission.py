"""What is submitted together, and what becomes of a refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from scripted import claimed
from told import asked

from mlipilot.runtime.engine.protocol import Attempt
from mlipilot.runtime.engine.slurm.commands import Answer, Commands, Refused, Said, Unheard
from mlipilot.runtime.engine.slurm.need import Need, need_of
from mlipilot.runtime.engine.slurm.submission import FIRST_WAIT, LONGEST_WAIT, Submission

LIMIT = "AssocMaxSubmitJobLimit; Batch job submission failed: Job violates accounting/QOS policy"


class Controller(Commands):
    """Commands of a cluster that answers `sbatch` as it is told to."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__()
        self.answers = list(answers)
        self.submitted: list[list[str]] = []

    def submit(self, script: str, options: Sequence[str]) -> Answer:
        self.submitted.append(list(options))
        return self.answers.pop(0) if self.answers else Said("1")


class Clock:
    """One that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def submission(folder: Path, controller: Controller, clock: Clock, cores: str = "threads") -> Submission:
    def need(request: Mapping[str, Any]) -> Need:
        return Need(cores=int(request.get(cores, 1)))

    (folder / "slurm").mkdir()
    return Submission({"checkpoint": 60.0}, folder / "slurm", controller, need, clock)


def added(to: Submission, folder: Path, count: int, **request: object) -> list[Attempt]:
    attempts = [claimed(folder / f"key{number}") for number in range(count)]
    for attempt in attempts:
        to.add(attempt, {**asked("publish", attempt), **request})
    return attempts


def arrays(controller: Controller) -> list[str]:
    """The places of what was submitted, a text each; empty of a job in no array."""
    return ["".join(word[8:] for word in options if word.startswith("--array=")) for options in controller.submitted]


def test_30_a_job_that_is_not_taken_for_now_is_submitted_later(tmp_path: Path) -> None:
    clock = Clock()
    controller = Controller(Refused(LIMIT), Refused(LIMIT), Said("7"))
    found = submission(tmp_path, controller, clock)
    (attempt,) = added(found, tmp_path, 1)
    assert found.submit() == []
    assert found.refused_for_now == LIMIT
    assert found.has(attempt)
    assert found.submit() == []  # it is not asked again at once
    assert len(controller.submitted) == 1
    clock.now = FIRST_WAIT
    assert found.submit() == []
    clock.now = 2 * FIRST_WAIT
    assert len(controller.submitted) == 2
    assert found.submit() == []  # nor as soon as the first time
    clock.now = 3 * FIRST_WAIT
    (sent,) = found.submit()
    assert (sent.attempt, sent.words, found.refused_for_now) == (attempt, "", "")
    names = {word for options in controller.submitted for word in options if word.startswith("--job-name")}
    assert len(names) == 1


def test_the_wait_has_an_end(tmp_path: Path) -> None:
    clock = Clock()
    controller = Controller(*[Refused(LIMIT)] * 20)
    found = submission(tmp_path, controller, clock)
    added(found, tmp_path, 1)
    for _ in range(10):
        found.submit()
        clock.now += LONGEST_WAIT
    assert len(controller.submitted) == 10


@pytest.mark.parametrize(
    "answer", [Said("7"), Unheard("Socket timed out on send/recv operation")], ids=["said", "unheard"]
)
def test_an_answer_that_is_no_refusal_is_not_believed_either_way(tmp_path: Path, answer: Answer) -> None:
    found = submission(tmp_path, Controller(answer), Clock())
    (attempt,) = added(found, tmp_path, 1)
    (sent,) = found.submit()
    assert (sent.attempt, sent.name, sent.words) == (attempt, attempt.token, "")
    assert found.submit() == []


def test_a_refusal_for_good_is_told_in_the_words_of_the_cluster(tmp_path: Path) -> None:
    found = submission(tmp_path, Controller(Refused("invalid partition specified: nowhere")), Clock())
    added(found, tmp_path, 1)
    (sent,) = found.submit()
    assert sent.words == "invalid partition specified: nowhere"


def test_22_an_array_is_no_longer_than_the_cluster_takes(tmp_path: Path) -> None:
    controller = Controller()
    found = submission(tmp_path, controller, Clock())
    found.array_size = 3
    added(found, tmp_path, 7)
    assert [(sent.place, sent.words) for sent in found.submit()] == [(n, "") for n in (0, 1, 2, 0, 1, 2, 0)]
    assert arrays(controller) == ["0-2", "0-2", ""]


def test_jobs_of_other_needs_are_arrays_of_their_own(tmp_path: Path) -> None:
    controller = Controller()
    found = submission(tmp_path, controller, Clock())
    added(found, tmp_path / "few", 2, threads=1)
    added(found, tmp_path / "many", 3, threads=8)
    found.submit()
    assert arrays(controller) == ["0-1", "0-2"]


def test_of_jobs_that_were_not_seen_to_begin_one_is_submitted(tmp_path: Path) -> None:
    controller = Controller()
    found = submission(tmp_path, controller, Clock())
    attempts = added(found, tmp_path, 3)
    assert [sent.attempt for sent in found.submit(1)] == attempts[:1]
    assert [found.has(attempt) for attempt in attempts] == [False, True, True]
    assert found.withdraw(attempts[1])
    assert not found.withdraw(attempts[0])
    assert [sent.attempt for sent in found.submit()] == attempts[2:]


# -- needs --


@pytest.mark.parametrize(
    ("request_", "need"),
    [
        ({"threads": 2}, Need(2, 0, 0, None, "cpu")),
        ({"threads": 1, "device": "cuda", "backend": "mace"}, Need(1, 1, 0, None, "cpu")),
        ({"threads": 1, "device": "cuda", "backend": ""}, Need(1, 0, 0, None, "cpu")),
        ({"threads": 1, "reserved": 30.0, "bytes": 6 * 10**8}, Need(1, 0, 2**30, 600.0, "cpu")),
        ({"threads": 1, "reserved": 1000.0, "bytes": 9 * 10**9}, Need(1, 0, 2**34, 1200.0, "cpu")),
        ({"threads": 1, "reserved": 1e6}, Need(1, 0, 0, 7200.0, "cpu")),
        ({"threads": 1, "resources": "train", "reserved": 30.0}, Need(4, 2, 32 * 10**9, 14_400.0, "gpu")),
    ],
)
def test_a_job_needs_what_its_kind_says_and_else_what_its_estimate_does(request_: dict[str, Any], need: Need) -> None:
    train = {"cores": 4, "gpus": 2, "memory": 32e9, "time": 14_400.0, "partition": "gpu"}
    options = {"partition": "cpu", "checkpoint": 60.0, "resources": {"train": train}}
    assert need_of(options, request_, {"cpu": 7200.0}) == need
