"""The lease of a run: one process executes it, and another may once that one is gone.

The time of `lease.json` is its holder's sign of life. Whoever takes it over renames it first: the holder's next sign
then fails, and a sign that came just before is seen on the renamed file, which is put back.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from mlipilot.runtime.foundation.atomic_files import create_json, read_json
from mlipilot.runtime.foundation.processes import identity
from mlipilot.runtime.record.liveness import Clock, Life, file_clock, life


class Lease:
    """The lease in the folder of a run."""

    def __init__(self, folder: Path, me: dict[str, Any] | None = None, clock: Clock = file_clock) -> None:
        self.path = folder / "lease.json"
        self._me = me or identity()
        self._clock = clock

    def holder(self) -> dict[str, Any] | None:
        """The process that has the lease; None where none does."""
        record = read_json(self.path)
        return None if record is None or self._life(record, self.path) is Life.GONE else record

    def life(self) -> Life:
        """Whether the process that has the lease lives; `GONE` too where none has it."""
        record = read_json(self.path)
        return Life.GONE if record is None else self._life(record, self.path)

    def acquire(self) -> bool:
        """Become the one process that has the lease; False while another has it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if create_json(self.path, self._me):
            return True
        if self.holder() is not None:
            return False
        # Whoever renames the lease first may write a new one; a third process then finds that.
        stale = self.path.with_name(f".lease-{self._me['host']}-{self._me['pid']}")
        try:
            self.path.rename(stale)
        except FileNotFoundError:
            return create_json(self.path, self._me)
        record = read_json(stale)
        is_alive = record is not None and self._life(record, stale) is not Life.GONE
        if is_alive:
            with contextlib.suppress(FileExistsError):  # a third process has it now, as the holder's next sign finds
                os.link(stale, self.path)
        stale.unlink(missing_ok=True)
        return not is_alive and create_json(self.path, self._me)

    def renew(self) -> bool:
        """Give a sign of life; False where this process does not have the lease. OSError where it cannot be told."""
        try:
            with self.path.open("rb") as stream:
                if _parsed(stream.read()) != self._me:
                    return False
                os.utime(stream.fileno())
                # Still under its name: nobody was about to take it over, or whoever is sees this sign.
                return os.path.samestat(os.fstat(stream.fileno()), self.path.stat())
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Let another process have the lease."""
        if read_json(self.path) == self._me:
            self.path.unlink(missing_ok=True)

    def _life(self, record: dict[str, Any], path: Path) -> Life:
        return life(record, (path,), self._clock)


def _parsed(data: bytes) -> object:
    try:
        return json.loads(data)
    except ValueError:
        return None
