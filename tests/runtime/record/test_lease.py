"""The lease of a run: one holder, who gives signs of life; once those end another has it, and the first is fenced."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlipilot.runtime.foundation.atomic_files import write_json
from mlipilot.runtime.foundation.processes import identity
from mlipilot.runtime.record.lease import Lease
from mlipilot.runtime.record.liveness import STALE_SECONDS, Life

FAR = {**identity(), "host": "far"}
OTHER = {**identity(), "host": "other"}


@pytest.fixture
def far(tmp_path: Path) -> Lease:
    """The lease as a process on another host has it."""
    lease = Lease(tmp_path / "run", FAR)
    assert lease.acquire()
    return lease


@pytest.fixture
def ours(far: Lease) -> Lease:
    return Lease(far.path.parent, OTHER)


def age(lease: Lease, seconds: float = STALE_SECONDS + 10) -> None:
    when = lease.path.stat().st_mtime - seconds
    os.utime(lease.path, (when, when))


def test_a_sign_of_life_changes_the_time_and_not_a_byte(far: Lease) -> None:
    before = far.path.read_bytes()
    age(far)
    assert far.life() is Life.GONE

    assert far.renew()
    assert far.life() is Life.ALIVE
    assert far.path.read_bytes() == before


def test_a_lease_with_fresh_signs_is_respected(far: Lease, ours: Lease) -> None:
    assert not ours.acquire()
    assert ours.holder() == FAR
    assert far.renew()


def test_a_lease_without_signs_is_taken_over_and_its_holder_is_fenced(far: Lease, ours: Lease) -> None:
    age(far)

    assert ours.acquire()
    assert ours.holder() == OTHER
    assert not far.renew()
    far.release()
    assert ours.renew()


def test_of_a_lease_that_nobody_can_date_nothing_is_taken(far: Lease) -> None:
    blind = Lease(far.path.parent, OTHER, clock=lambda folder: None)
    age(far)

    assert not blind.acquire()
    assert blind.life() is Life.SUSPECT


def test_a_process_that_is_here_and_gives_no_sign_keeps_its_lease(tmp_path: Path) -> None:
    lease = Lease(tmp_path / "run")
    lease.acquire()
    age(lease)

    assert lease.life() is Life.SUSPECT
    assert not Lease(tmp_path / "run", OTHER).acquire()
    assert lease.renew()


def test_a_sign_that_came_just_before_the_takeover_stops_it(far: Lease) -> None:
    age(far)
    times = []

    def clock(folder: Path) -> float:
        """Whoever takes over looks twice: before the lease is renamed, and after."""
        if times:
            return times[0]
        times.append(far.path.stat().st_mtime + STALE_SECONDS + 10)
        assert far.renew()
        os.utime(far.path, (times[0], times[0]))
        return times[0]

    assert not Lease(far.path.parent, OTHER, clock=clock).acquire()
    assert far.renew()


def test_a_sign_that_comes_during_the_takeover_fails(far: Lease, monkeypatch: pytest.MonkeyPatch) -> None:
    utime = os.utime

    def taken_meanwhile(path: int) -> None:
        far.path.rename(far.path.with_name(".lease-other"))
        utime(path)

    monkeypatch.setattr(os, "utime", taken_meanwhile)
    assert not far.renew()


def test_a_lease_that_cannot_be_read_is_neither_held_nor_lost(far: Lease, monkeypatch: pytest.MonkeyPatch) -> None:
    def stale(*_: object, **__: object) -> None:
        raise OSError("stale file handle")

    monkeypatch.setattr(Path, "open", stale)
    with pytest.raises(OSError, match="stale"):
        far.renew()


def test_only_its_holder_releases_a_lease(far: Lease, ours: Lease) -> None:
    ours.release()
    assert far.renew()

    far.release()
    assert not far.renew()
    assert ours.acquire()


def test_a_damaged_lease_is_nobody_s(tmp_path: Path) -> None:
    lease = Lease(tmp_path / "run")
    lease.path.parent.mkdir()
    lease.path.write_bytes(b"{")

    assert lease.life() is Life.GONE
    assert lease.acquire()
    write_json(lease.path, {"host": 3})
    assert not lease.renew()
