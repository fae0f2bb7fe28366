"""Lanes that think in threads: what is thought when all stops decides nothing, and holds nobody up."""

from __future__ import annotations

import threading

import pytest
from simulated import Laboratory

from mlipilot.runtime.pilot.campaign.drive import drive
from mlipilot.runtime.pilot.campaign.requests import Steps, Think
from mlipilot.runtime.pilot.trial import Exhausted, Proposal, Stopped

PROPOSAL = Proposal(())


class Stopping(Laboratory):
    """A laboratory that is told to stop, and has still to wait for what runs."""

    def __init__(self, halted: threading.Event) -> None:
        super().__init__((), lambda point: {})
        self.halted = halted
        self.looks = 0

    def results(self) -> list[object]:  # type: ignore[override]
        self.looks += 1
        self.halted.set()
        self.is_stopping = self.looks > 100
        return []


def thinking(call: object, answers: list[object]) -> Steps:
    answer = yield Think(call)  # type: ignore[arg-type]
    answers.append(answer)


def test_a_thought_that_was_stopped_is_no_answer() -> None:
    halted = threading.Event()

    def call() -> Proposal | Exhausted:
        halted.wait()
        raise Stopped

    answers: list[object] = []
    assert not drive({"human/1": thinking(call, answers)}, Stopping(halted))
    assert answers == []


def test_when_one_lane_breaks_the_thoughts_of_others_are_told_to_end() -> None:
    halted = threading.Event()
    ended: list[bool] = []

    def patient() -> Proposal | Exhausted:
        ended.append(halted.wait(60))
        raise Stopped

    def broken() -> Proposal | Exhausted:
        raise ValueError("broken")

    lanes = {"human/1": thinking(patient, []), "tpe/1": thinking(broken, [])}
    with pytest.raises(ValueError, match="broken"):
        drive(lanes, Laboratory((), lambda point: {}), halt=halted.set)
    assert ended == [True]


def test_thoughts_of_all_lanes_are_handed_back_to_their_own() -> None:
    answers: dict[str, list[object]] = {f"lane/{n}": [] for n in range(8)}

    def call(name: str) -> Proposal:
        return Proposal((), hypothesis=name)

    lanes = {name: thinking(lambda name=name: call(name), given) for name, given in answers.items()}  # type: ignore[misc]
    assert drive(lanes, Laboratory((), lambda point: {}))
    assert {name: [p.hypothesis for p in given] for name, given in answers.items()} == {n: [n] for n in answers}  # type: ignore[attr-defined]
