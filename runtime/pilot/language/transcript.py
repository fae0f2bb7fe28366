"""The transcript of all questions to a model and what came back, so that a campaign can be repeated without it.

An exchange is found by the SHA-256 of its canonical request and by how often that request was made before: a retry is
the same request once more. One JSON line each, flushed to disk before its answer is used.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from mlipilot.runtime.pilot.language.connection import Fault, Received


class Mode(StrEnum):
    """Where answers come from."""

    RECORD = "record"
    """From the endpoint, always."""
    REPLAY = "replay"
    """From the transcript where it has them, else from the endpoint: the way to go on after a crash."""
    STRICT = "strict"
    """From the transcript alone."""


def key_of(request: Mapping[str, Any]) -> str:
    """The SHA-256 of a request in canonical JSON, in hexadecimal."""
    text = json.dumps(request, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


class Transcript:
    """An open transcript; without a path it lives in memory."""

    def __init__(self, path: Path | None = None, mode: Mode = Mode.RECORD) -> None:
        self.path = path
        self.mode = mode
        self._known: dict[tuple[str, int], Received | Fault] = {}
        self._asked: Counter[str] = Counter()
        if path is not None and path.exists():
            self._load(path)
        if mode is Mode.RECORD:
            for key, _ in self._known:
                self._asked[key] += 1

    def _load(self, path: Path) -> None:
        data = path.read_bytes()
        whole = data.rfind(b"\n") + 1
        for line in data[:whole].splitlines():
            try:
                entry = json.loads(line)
                answer = _answer(entry)
                self._known[str(entry["key"]), int(entry["occurrence"])] = answer
            except (ValueError, KeyError, TypeError):
                continue  # a damaged line answers nothing
        if whole < len(data) and self.mode is not Mode.STRICT:
            os.truncate(path, whole)  # a line cut short by a crash: its answer was never used

    def rewind(self) -> None:
        """Count occurrences from the beginning again."""
        self._asked.clear()

    def next_occurrence(self, key: str) -> int:
        """How often a request was made."""
        return self._asked[key]

    def holds(self, key: str) -> bool:
        """Whether the next answer to a request will come from here."""
        return self.mode is not Mode.RECORD and (key, self._asked[key]) in self._known

    @property
    def is_closed(self) -> bool:
        """Whether nothing may be asked that is not here."""
        return self.mode is Mode.STRICT

    def exchange(self, key: str, about: Mapping[str, Any], send: Callable[[], Received | Fault]) -> Received | Fault:
        """The answer to a request, from here or by sending it; what is sent is recorded before it is returned."""
        occurrence = self._asked[key]
        if self.holds(key):
            self._asked[key] += 1
            return self._known[key, occurrence]
        assert not self.is_closed
        answer = send()
        self._asked[key] += 1
        self._known[key, occurrence] = answer
        self._append({"key": key, "occurrence": occurrence, "about": dict(about), **_entry(answer)})
        return answer

    def _append(self, entry: Mapping[str, Any]) -> None:
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as stream:
            stream.write(json.dumps(entry, sort_keys=True, ensure_ascii=True).encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())


def _entry(answer: Received | Fault) -> dict[str, Any]:
    return {"fault": answer._asdict()} if isinstance(answer, Fault) else {"answer": answer._asdict()}


def _answer(entry: Mapping[str, Any]) -> Received | Fault:
    return Fault(**entry["fault"]) if "fault" in entry else Received(**entry["answer"])
