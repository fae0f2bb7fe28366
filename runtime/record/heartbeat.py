"""The sign of life that a process gives, and when it has to stop: it was superseded, or it cannot give one any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from enum import StrEnum

from mlipilot.runtime.record.liveness import BEAT_SECONDS, STOP_SECONDS


class Loss(StrEnum):
    """Why a process no longer owns what it works on."""

    FENCED = "fenced"
    """Another process owns it now."""
    SILENT = "silent"
    """No sign could be given for so long that another process may own it soon."""


def wakeful_clock() -> float:
    """Seconds on a clock that runs on while the machine sleeps, where there is one."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class Heartbeat:
    """Renews a sign of life in a thread. Use as a context: on leaving, no more is given.

    `renew` gives one sign and says whether the process still owns what it works on; it raises OSError where neither
    can be told. `lost` is called once, from any thread, when the process has to stop.
    """

    def __init__(
        self,
        renew: Callable[[], bool],
        lost: Callable[[Loss], object],
        seconds: float = BEAT_SECONDS,
        clock: Callable[[], float] = wakeful_clock,
    ) -> None:
        self._renew, self._lost, self._seconds, self._clock = renew, lost, seconds, clock
        self._last = clock()
        self._loss: Loss | None = None
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def __enter__(self) -> Heartbeat:
        self.beat()
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()

    def beat(self) -> bool:
        """Give a sign; False where the process has to stop."""
        with self._lock:
            if self._loss is None:
                loss = self._try()
                if loss is None:
                    return True
                self._loss = loss
                self._lost(loss)
            return False

    def holds(self) -> bool:
        """Whether the process may go ahead: it gave a sign lately, or gives one now."""
        if self._loss is not None:
            return False
        return self._clock() - self._last <= STOP_SECONDS or self.beat()

    def _try(self) -> Loss | None:
        began = self._clock()
        try:
            if not self._renew():
                return Loss.FENCED
        except OSError:
            return Loss.SILENT if self._clock() - self._last > STOP_SECONDS else None
        self._last = began
        return None

    def _run(self) -> None:
        while not self._ended.wait(self._seconds):
            if not self.beat():
                return
