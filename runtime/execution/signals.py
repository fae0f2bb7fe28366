"""Ctrl-C and SIGTERM: the first asks for a clean stop, a second one ends at once."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from typing import Any


@contextlib.contextmanager
def stop_on_signals(handler: Callable[[], None]) -> Iterator[None]:
    """Have SIGINT and SIGTERM ask for a stop; a second one then ends at once."""
    old: dict[int, Any] = {}

    def once(number: int, _: Any) -> None:
        handler()
        signal.signal(number, old[number])

    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            old[number] = signal.signal(number, once)
    except ValueError:  # not the main thread: the caller handles signals
        old.clear()
    try:
        yield
    finally:
        for installed_for, previous in old.items():
            signal.signal(installed_for, previous)
