"""The local engine: attempts as processes of this machine, forked from a server that has imported what they need."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

from mlipilot.runtime.engine.exit_codes import REFUSED, SILENT, STOPPED, SUPERSEDED
from mlipilot.runtime.engine.forkserver import command, environment
from mlipilot.runtime.engine.presence import by_signs
from mlipilot.runtime.engine.protocol import (
    ENCODINGS,
    MODELS,
    Attempt,
    Began,
    Ended,
    Presence,
    Report,
    Setting,
)
from mlipilot.runtime.engine.slots import Slots
from mlipilot.runtime.record.liveness import STOP_SECONDS as SILENCE_SECONDS
from mlipilot.spec.diagnostics import Diagnostic

STOP_SECONDS = 20.0
"""A process that was asked to stop has this long to save what it needs."""
_UNSTARTED = 0
"""Stands for the number of a process that the server was asked for and has not named."""
_LOADED = {MODELS: "torch and mace", ENCODINGS: "scikit-learn"}
_DEATHS = {
    REFUSED: "its folder cannot be written",
    SUPERSEDED: "another attempt of the same job replaced it",
    SILENT: f"it could give no sign of life for {SILENCE_SECONDS:.0f} s and stopped itself",
}


class LocalEngine:
    """Attempts as processes of this machine. On leaving, no process is left."""

    def __init__(
        self,
        setting: Setting,
        server: Callable[[int], list[str]] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._slots = Slots(int(setting.options["workers"]), setting.threads)
        self._log = setting.folder / "engine.log"
        self._command, self._clock = server or (lambda descriptor: command(descriptor, setting.needs)), clock
        self._loaded = _LOADED[setting.needs]
        self._queued: dict[Attempt, Mapping[str, Any]] = {}
        self._pids: dict[Attempt, int] = {}
        self._named: dict[str, Attempt] = {}
        self._deadlines: dict[Attempt, float] = {}
        """When attempts that were asked to stop are killed."""
        self._untold: list[Report] = []
        self._buffer = b""
        self._is_ready = False
        self.has_ended = False
        self.fault: Diagnostic | None = None

    def __enter__(self) -> Self:
        here, there = socket.socketpair()
        # A session of its own: Ctrl-C on the terminal reaches the supervisor, which then asks the jobs to stop.
        with self._log.open("ab") as log:
            self._server = subprocess.Popen(
                self._command(there.fileno()),
                pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=environment(),
            )
        there.close()
        self._channel = here
        self._watch = selectors.DefaultSelector()
        self._watch.register(here, selectors.EVENT_READ)
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()
        if not self._is_ready:  # it imports, has no jobs, and would hear of the end only afterwards
            self._server.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._server.wait(5)
        if self._server.poll() is None:
            self._server.kill()
            self._server.wait()

    @property
    def capacity(self) -> int:
        """Processes at a time."""
        return self._slots.workers

    @property
    def threads(self) -> int:
        """Of a process."""
        return self._slots.threads

    @property
    def notes(self) -> list[str]:
        """How the setting was adapted to the cores that are here."""
        return self._slots.notes()

    @property
    def preparing(self) -> str:
        """The server's imports take seconds."""
        return "" if self._is_ready else f"loading {self._loaded}, once"

    def submit(self, attempt: Attempt, request: Mapping[str, Any]) -> None:
        """Start a process; until the server has imported its modules it waits."""
        if self._is_ready:
            self._send(attempt, request)
        else:
            self._queued[attempt] = request

    def poll(self, seconds: float) -> list[Report]:
        """Processes that began and ended, waiting at most so long for the first."""
        self._press()
        if self._watch.select(0 if self._untold else seconds):
            self._receive()
        told, self._untold = self._untold, []
        return told

    def cancel(self, attempts: Iterable[Attempt]) -> None:
        """Ask processes to stop; those that have not after a while are killed."""
        for attempt in attempts:
            if self._queued.pop(attempt, None) is not None:
                self._untold.append(Ended(attempt, is_stopped=True, cpu_seconds=0.0, peak_bytes=0))
            elif attempt in self._pids and attempt not in self._deadlines:
                self._deadlines[attempt] = self._clock() + STOP_SECONDS
        self._press()

    def reconcile(self, attempt: Attempt) -> Presence:
        """Whether a process of this engine, or of another one, runs it."""
        if attempt in self._pids or attempt in self._queued:
            return Presence.THERE
        return by_signs(attempt)

    # -- the server --

    def _send(self, attempt: Attempt, request: Mapping[str, Any]) -> None:
        self._pids[attempt] = _UNSTARTED
        self._named[attempt.token] = attempt
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the server's end is noticed by `_receive`
            self._channel.sendall(json.dumps({**request, "token": attempt.token}).encode() + b"\n")

    def _receive(self) -> None:
        try:
            data = self._channel.recv(1 << 16)
        except ConnectionResetError:
            data = b""
        if not data:
            self._end()
            return
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "ready" in message:
                self._prepared(message["missing"])
            elif "started" in message:
                attempt = self._named[message["started"]]
                self._pids[attempt] = message["pid"]
                self._untold.append(Began(attempt))
            else:
                self._ended(message)

    def _prepared(self, missing: str | None) -> None:
        queued, self._queued = self._queued, {}
        if missing is None:
            self._is_ready = True
            for attempt, request in queued.items():
                self._send(attempt, request)
            return
        self.has_ended = True
        self.fault = Diagnostic(
            "MLP0801",
            f"jobs need a package that is not installed: {missing}",
            help='install the backend: `pip install "mlipilot[all]"`',
        )
        self._untold += [Ended(attempt, is_stopped=True, cpu_seconds=0.0, peak_bytes=0) for attempt in queued]

    def _ended(self, message: Mapping[str, Any]) -> None:
        attempt, code = self._named.pop(message["ended"]), int(message["code"])
        self._pids.pop(attempt, None)
        self._deadlines.pop(attempt, None)
        usage = float(message["cpu_seconds"]), int(message["peak_bytes"])
        self._untold.append(Ended(attempt, code == STOPPED, _death(code), *usage, is_refused=code == REFUSED))

    def _end(self) -> None:
        """All processes ended with the server."""
        self.has_ended = True
        self._watch.unregister(self._channel)
        for attempt in (*self._pids, *self._queued):
            self._untold.append(Ended(attempt, False, _death(-signal.SIGKILL), 0.0, 0))
        for known in (self._pids, self._queued, self._named, self._deadlines):
            known.clear()

    # -- processes --

    def _press(self) -> None:
        """Ask again those that were asked to stop, since one just forked ignores it; kill those that are late."""
        for attempt, deadline in self._deadlines.items():
            pid = self._pids[attempt]
            # One just sent has no number yet; 0 would mean this process's own group.
            if pid == _UNSTARTED:
                continue
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if self._clock() > deadline:
                    os.killpg(pid, signal.SIGKILL)
                else:
                    os.kill(pid, signal.SIGTERM)


def _death(code: int) -> str:
    if code < 0:
        name = signal.Signals(-code).name
        reason = "; the machine may have run out of memory" if -code == signal.SIGKILL else ""
        return f"its process was killed by {name}{reason}"
    return _DEATHS.get(code, f"its process ended with code {code} and left no record")
