"""Who owns the folder of a job: the newest attempt; an older one finds that, stops, and publishes nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from pathlib import Path
from typing import Any, NoReturn

from mlipilot.runtime.engine.exit_codes import SILENT, SUPERSEDED
from mlipilot.runtime.foundation.atomic_files import write_json
from mlipilot.runtime.foundation.processes import identity
from mlipilot.runtime.record.heartbeat import Heartbeat, Loss
from mlipilot.runtime.record.store import Entry

_CODES = {Loss.FENCED: SUPERSEDED, Loss.SILENT: SILENT}


class Ownership:
    """One attempt's hold of its folder."""

    def __init__(self, entry: Entry, attempt: int, me: dict[str, Any] | None = None) -> None:
        self._entry, self.attempt = entry, attempt
        self.me = {**(me or identity()), "attempt": attempt}

    @property
    def out(self) -> Path:
        """The private folder of this attempt."""
        return self._entry.folder / f".out-{self.attempt}-{self.me['pid']}"

    def take(self) -> bool:
        """Own the folder; False where a newer attempt does. Of two starts of the same attempt the later one does."""
        owner = self._entry.owner() or {}
        if owner.get("attempt", 0) > self.attempt:
            return False
        write_json(self._entry.owner_file, self.me)
        return True

    def renew(self) -> bool:
        """Give a sign of life; False where a newer attempt began. OSError where neither can be told."""
        if not self._is_mine():
            return False
        write_json(self._entry.file("hb", self.attempt), {"time": time.time(), **self.me})
        return True

    def is_superseded(self) -> bool:
        """Whether a newer attempt is known to have begun; of two that cannot tell, the first to publish wins."""
        try:
            return not self._is_mine()
        except OSError:
            return False

    def _is_mine(self) -> bool:
        try:
            return bool(json.loads(self._entry.owner_file.read_bytes()) == self.me)
        except (FileNotFoundError, ValueError):
            return False

    def give_up(self, loss: Loss) -> NoReturn:
        """End this process and those that it started, and publish nothing."""
        if os.getpgrp() == os.getpid():
            # This process only notes the signal (see the worker); the workers of its pools end by it.
            os.killpg(0, signal.SIGTERM)
        shutil.rmtree(self.out, ignore_errors=True)
        os._exit(_CODES[loss])

    def heartbeat(self) -> Heartbeat:
        """Signs of life of this attempt, which ends with the last."""
        return Heartbeat(self.renew, self.give_up)
