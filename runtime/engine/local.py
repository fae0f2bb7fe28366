"""The local engine: starts jobs through the fork server and tells when they end."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any, NamedTuple

from mlipilot.runtime.engine.forkserver import command, environment

STOP_SECONDS = 20.0
"""A job that was asked to stop has this long to save what it needs."""


class Ended(NamedTuple):
    """A job process that ended."""

    job: str
    code: int
    """Exit code; a signal is negative."""
    cpu_seconds: float
    peak_bytes: int


class Started(NamedTuple):
    """A job process that began."""

    job: str


class BackendMissing(Exception):
    """The fork server could not import what jobs need."""


class LocalEngine:
    """Jobs as processes of this machine. Use as a context: on leaving, no process is left."""

    def __init__(self, log: Path, stop_seconds: float = STOP_SECONDS) -> None:
        self._log, self._stop_seconds = log, stop_seconds
        self._pids: dict[str, int] = {}
        self._queued: list[dict[str, Any]] = []
        self._buffer = b""
        self.ready = False
        """The server has imported what jobs need."""
        self.gone = False
        """The server ended by itself; nothing can be started any more."""

    def __enter__(self) -> LocalEngine:
        here, there = socket.socketpair()
        # A session of its own: Ctrl-C on the terminal reaches the supervisor, which then asks the jobs to stop.
        with self._log.open("ab") as log:
            self._server = subprocess.Popen(
                command(there.fileno()),
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
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._server.wait(5)
        if self._server.poll() is None:
            self._server.kill()
            self._server.wait()

    @property
    def running(self) -> set[str]:
        """Jobs that were started and have not ended."""
        return set(self._pids) | {request["id"] for request in self._queued}

    def start(self, request: dict[str, Any]) -> None:
        """Start a job; until the server has imported its modules it waits."""
        if self.ready:
            self._send(request)
        else:
            self._queued.append(request)

    def poll(self, seconds: float) -> list[Started | Ended]:
        """Jobs that began and ended, waiting at most so long for the first."""
        events: list[Started | Ended] = []
        if not self._watch.select(seconds):
            return events
        try:
            data = self._channel.recv(1 << 16)
        except ConnectionResetError:
            data = b""
        if not data:
            return self._server_died()
        self._buffer += data
        *lines, self._buffer = self._buffer.split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "ready" in message:
                if not message["ready"]:
                    raise BackendMissing(message["missing"])
                self.ready = True
                for request in self._queued:
                    self._send(request)
                self._queued.clear()
            elif "started" in message:
                self._pids[message["started"]] = message["pid"]
                events.append(Started(message["started"]))
            else:
                self._pids.pop(message["ended"], None)
                events.append(Ended(message["ended"], message["code"], message["cpu_seconds"], message["peak_bytes"]))
        return events

    def stop(self) -> list[Ended]:
        """Ask every job to stop, kill those that have not after a while, and tell how each ended."""
        ended: list[Ended] = []
        self._queued.clear()

        def wait(seconds: float) -> None:
            ended.extend(event for event in self.poll(seconds) if isinstance(event, Ended))

        # A job just sent has no number yet; 0 would mean this process's own group.
        while 0 in self._pids.values() and not self.gone:
            wait(0.1)
        for pid in self._pids.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + self._stop_seconds
        while self._pids and time.monotonic() < deadline and not self.gone:
            wait(0.1)
        for pid in self._pids.values():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        while self._pids and not self.gone:
            wait(0.5)
        return ended

    def _send(self, request: dict[str, Any]) -> None:
        self._pids[request["id"]] = 0
        self._channel.sendall(json.dumps(request).encode() + b"\n")

    def _server_died(self) -> list[Started | Ended]:
        """All jobs ended with the server."""
        self.gone = True
        self._watch.unregister(self._channel)
        ended: list[Started | Ended] = [Ended(job, -signal.SIGKILL, 0.0, 0) for job in self.running]
        self._pids.clear()
        self._queued.clear()
        return ended


__all__ = ["BackendMissing", "Ended", "LocalEngine", "Started"]
