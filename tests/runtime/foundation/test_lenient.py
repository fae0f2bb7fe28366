"""A stream that fills or vanishes shows nothing more, and ends nothing."""

from __future__ import annotations

import io
import os

import pytest

from mlipilot.runtime.display.plain import PlainWatcher
from mlipilot.runtime.execution.outcome import JobState, State
from mlipilot.runtime.foundation.lenient import Lenient
from mlipilot.runtime.record.about import About


def shown(descriptor: int) -> None:
    """Show a line, where closing the stream would say what showing it does not."""
    stream = os.fdopen(descriptor, "w")
    print("a line", file=Lenient(stream), flush=True)
    with pytest.raises(OSError, match=r"space|pipe"):
        stream.close()


def test_a_full_device_takes_nothing_and_is_not_an_error() -> None:
    shown(os.open("/dev/full", os.O_WRONLY))


def test_a_reader_that_has_gone_is_not_an_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    shown(writing)


def test_where_it_can_be_shown_it_is() -> None:
    stream = io.StringIO()
    print("a line", file=Lenient(stream), flush=True)
    assert stream.getvalue() == "a line\n"
    assert not Lenient(stream).isatty()


def test_a_watcher_without_anybody_before_it_continues(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr("sys.stderr", closed)
    watcher = PlainWatcher()
    watcher.begin([], ["a note"])
    watcher.changed(JobState(About("train/fit/seed-1", "", "train"), State.RUNNING))
    watcher.end()
