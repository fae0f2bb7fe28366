"""A person's edits: made when they lie in the space, explained and asked again when not."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import spaces

from mlipilot.runtime.pilot.proposers import Human, Watched, human
from mlipilot.runtime.pilot.trial import Exhausted, Proposal, Stopped
from mlipilot.spec.space import SearchSpace


class Lines:
    """Answers that stand ready."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)

    def read(self) -> str | None:
        return self.answers.pop(0) if self.answers else None


def asked(*answers: str) -> tuple[Proposal | Exhausted, list[str]]:
    space: SearchSpace = spaces.space_of(spaces.WHOLE)
    said: list[str] = []
    proposer = Human(Lines(*answers), said.append)
    history = spaces.campaign(proposer, space, 1)
    return proposer.propose(history, space, spaces.FREE), said


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("m.chanels=16", "did you mean `m.channels`"),
        ("cu.seed=3", "the search does not declare it"),
        ("m.channels", "no `PATH=VALUE`"),
        ("m.channels=", "no `PATH=VALUE`"),
        ("because: nothing", "nothing is to be edited"),
        ("", "nothing is to be edited"),
        ("m.channels=17", "not in the domain"),
        ("m.r_max=5", "not in the domain"),
        ("m.r_max=7 Å", "not in the domain"),
        ("m.channels=16 } model n : mace {", "not in the domain"),
        ("m.channels=16\nm.channels=32", "set twice"),
        ("m.channels=32\nfit.first.loss.energy=10", "no effect"),
        ("m.channels=32\nm.r_max=5.9 Å", "memory"),
        ("m.channels=8", "was tried"),
        ("[", "no JSON"),
        ('{"op": "set", "path": "m.channels", "value": 16}', "gives no reason"),
    ],
)
def test_a_refused_edit_is_explained_and_asked_again(answer: str, why: str) -> None:
    answered, said = asked(answer, "m.channels=16")
    assert isinstance(answered, Proposal)
    assert [change.path for change in answered.changes] == ["m.channels"]
    assert len(said) == 1
    assert why in said[0]


def test_edits_are_settings_a_line_with_a_reason_or_json() -> None:
    lines, _ = asked("m.channels = 16\nm.r_max = 0.55 nm\nbecause: more capacity")
    document = (
        '[{"op": "set", "path": "m.channels", "value": 16, "because": "more capacity"},'
        ' {"op": "set", "path": "m.r_max", "value": "0.55 nm", "because": "more capacity"}]'
    )
    as_json, _ = asked(document)
    assert isinstance(lines, Proposal)
    assert lines == as_json
    assert lines.hypothesis == "more capacity"
    assert spaces.applied(spaces.WHOLE, lines)["m.r_max"] * 2 == 11  # type: ignore[operator]


@pytest.mark.parametrize("answers", [(), ("stop",), ("m.channels=99", " stop \n")])
def test_the_arm_ends_when_the_person_stops(answers: tuple[str, ...]) -> None:
    assert isinstance(asked(*answers)[0], Exhausted)


def test_a_watched_file_is_read_each_time_that_it_is_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(human, "POLL", 0.01)
    path = tmp_path / "next.txt"
    watched = Watched(path)
    writer = threading.Timer(0.05, lambda: path.write_text("m.channels=16\n", encoding="utf-8"))
    writer.start()
    assert watched.read() == "m.channels=16\n"
    writer = threading.Timer(0.05, lambda: path.write_text("m.channels=32\n", encoding="utf-8"))
    writer.start()
    assert watched.read() == "m.channels=32\n"
    with pytest.raises(Stopped):
        Watched(tmp_path / "absent", lambda: True).read()
