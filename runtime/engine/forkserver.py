"""A process that has imported once what jobs need, such as torch and mace, and forks every job from itself.

Importing them costs seconds a process; a fork costs milliseconds. The standard library's fork server would do the
same but re-runs the caller's main module in each child, and tells neither a child's resource use nor its signal;
both are wanted here. CUDA is not touched before the fork, and no thread pool is started.

The server speaks JSON lines over a socket pair: requests in, each with a token that names its attempt, and
`{"started": token}` and `{"ended": token}` out.
It ends when the socket closes, that is, when its supervisor ends, however that ends; its jobs end with it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys
import traceback
from typing import Any

from mlipilot.runtime.engine.exit_codes import REFUSED
from mlipilot.runtime.engine.protocol import ENCODINGS, MODELS
from mlipilot.runtime.foundation.lenient import Lenient
from mlipilot.runtime.foundation.processes import MAXRSS_BYTES, die_with_parent
from mlipilot.runtime.foundation.threads import ONE_THREAD
from mlipilot.spec.diagnostics.refusal import STORAGE

_WORKER = ("mlipilot.runtime.engine.worker", "mlipilot.runtime.operations")
PRELOAD = {
    MODELS: ("numpy", "torch", "mace", "mace.modules", "mace.data", "ase.io", "polars", *_WORKER),
    ENCODINGS: (
        *("numpy", "polars", "threadpoolctl", *_WORKER),
        "mlipilot.runtime.encodings.benchmark.mechanism",
        "mlipilot.runtime.encodings.benchmark.survey",
        "mlipilot.runtime.encodings.datasets.named",
    ),
}
"""Imported before the first job, by what jobs work with; `mace` before `e3nn`, which torch 2.6 and later demand."""


def _preload(needs: str) -> str | None:
    """Import what jobs need; the reason where something is missing."""
    import importlib
    import warnings

    warnings.filterwarnings("ignore")
    for name in PRELOAD[needs]:
        try:
            importlib.import_module(name)
        except ImportError as error:
            return f"{name}: {error}"
    # Objects made so far will never be garbage: keep the collector from touching, and so copying, their pages.
    gc.collect()
    gc.freeze()
    return None


def _run_child(request: dict[str, Any], server: int) -> None:
    """In the child: become the job."""
    code = 70
    try:
        os.setpgid(0, 0)
        die_with_parent(server)
        log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        from mlipilot.runtime.engine.worker import run

        code = run(request)
    except OSError as error:
        # Its log cannot be opened, or written.
        code = REFUSED if error.errno in STORAGE else code
        traceback.print_exc()
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


class _Server:
    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel
        self.buffer = b""
        self.jobs: dict[int, str] = {}

    def send(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.channel.sendall(json.dumps(message).encode() + b"\n")

    def serve(self) -> None:
        wake, waker = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(waker, False)
        signal.set_wakeup_fd(waker)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        watch = selectors.DefaultSelector()
        watch.register(self.channel, selectors.EVENT_READ)
        watch.register(wake, selectors.EVENT_READ)
        while True:
            for key, _ in watch.select():
                if key.fd == wake:
                    with contextlib.suppress(BlockingIOError):
                        os.read(wake, 4096)
                    self.reap()
                elif not self.receive(wake, waker):
                    return

    def receive(self, *descriptors: int) -> bool:
        """Take requests; False when the supervisor is gone."""
        try:
            data = self.channel.recv(1 << 16)
        except ConnectionResetError:
            return False
        if not data:
            return False
        self.buffer += data
        *lines, self.buffer = self.buffer.split(b"\n")
        for line in lines:
            self.start(json.loads(line), descriptors)
        return True

    def start(self, request: dict[str, Any], descriptors: tuple[int, ...]) -> None:
        server = os.getpid()
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self.channel.close()
            for descriptor in descriptors:
                os.close(descriptor)
            _run_child(request, server)
        self.jobs[pid] = request["token"]
        self.send({"started": request["token"], "pid": pid})

    def reap(self) -> None:
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            job = self.jobs.pop(pid, None)
            if job is not None:
                self.send(
                    {
                        "ended": job,
                        "code": os.waitstatus_to_exitcode(status),
                        "cpu_seconds": usage.ru_utime + usage.ru_stime,
                        "peak_bytes": usage.ru_maxrss * MAXRSS_BYTES,
                    }
                )


def main(descriptor: int, needs: str = MODELS) -> None:
    """Preload what jobs need, say so, and serve until the supervisor is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # What imports and jobs print is worth less than their work: a log that takes no more ends neither.
    sys.stdout, sys.stderr = Lenient(sys.stdout), Lenient(sys.stderr)
    channel = socket.socket(fileno=descriptor)
    server = _Server(channel)
    missing = _preload(needs)
    server.send({"ready": missing is None, "missing": missing})
    if missing is None:
        server.serve()
    # Jobs still running have lost their supervisor: they end with this process (see die_with_parent).
    for pid in server.jobs:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    os._exit(0)


def command(descriptor: int, needs: str = MODELS) -> list[str]:
    """The command line that starts a server on an inherited socket, for jobs that work with models or encodings."""
    return [sys.executable, "-m", "mlipilot.runtime.engine.forkserver", str(descriptor), needs]


def environment() -> dict[str, str]:
    """The environment of a server: one thread until a job says how many, and no output held back."""
    return {**os.environ, **ONE_THREAD, "PYTHONUNBUFFERED": "1"}


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
