"""A heartbeat: who is superseded stops, and so does who could give no sign for too long, before another takes over."""

from __future__ import annotations

import threading
from collections.abc import Callable

from mlipilot.runtime.record.heartbeat import Heartbeat, Loss
from mlipilot.runtime.record.liveness import STOP_SECONDS


class Owner:
    """Something that is owned, on a clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.answer: Callable[[], bool] = lambda: True
        self.losses: list[Loss] = []
        self.signs = 0
        self.heartbeat = Heartbeat(self.renew, self.losses.append, seconds=0.0, clock=lambda: self.now)

    def renew(self) -> bool:
        self.signs += 1
        return self.answer()


def cannot() -> bool:
    raise OSError("stale file handle")


def superseded() -> bool:
    return False


def test_an_owner_goes_ahead_and_is_not_asked_each_time() -> None:
    owner = Owner()

    assert owner.heartbeat.beat()
    assert owner.heartbeat.holds()
    assert owner.signs == 1
    assert owner.losses == []


def test_a_superseded_process_is_told_once() -> None:
    owner = Owner()
    owner.answer = superseded

    assert not owner.heartbeat.beat()
    assert not owner.heartbeat.beat()
    assert not owner.heartbeat.holds()
    assert owner.losses == [Loss.FENCED]


def test_a_sign_that_could_not_be_given_is_not_the_end() -> None:
    owner = Owner()
    owner.answer = cannot
    owner.now = STOP_SECONDS - 1

    assert owner.heartbeat.beat()
    owner.answer = lambda: True
    assert owner.heartbeat.beat()
    owner.now += STOP_SECONDS - 1
    owner.answer = cannot
    assert owner.heartbeat.beat()
    assert owner.losses == []


def test_who_could_give_no_sign_for_too_long_stops() -> None:
    owner = Owner()
    owner.answer = cannot
    owner.now = STOP_SECONDS + 1

    assert not owner.heartbeat.holds()
    owner.answer = lambda: True
    assert not owner.heartbeat.beat()
    assert owner.losses == [Loss.SILENT]


def test_after_a_sleep_of_the_machine_a_sign_is_given_before_anything_else() -> None:
    owner = Owner()
    owner.now = 10 * STOP_SECONDS

    assert owner.heartbeat.holds()
    assert owner.signs == 1

    owner.now += 10 * STOP_SECONDS
    owner.answer = superseded
    assert not owner.heartbeat.holds()
    assert owner.losses == [Loss.FENCED]


def test_signs_are_given_in_a_thread_until_it_is_left() -> None:
    owner = Owner()
    given = threading.Event()

    def answer() -> bool:
        given.set()
        return True

    owner.answer = answer
    with owner.heartbeat:
        assert given.wait(10)
    assert owner.losses == []
