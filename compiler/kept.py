"""Answers kept in files, each with its question and a digest: a damaged one, or one to another question, is none.

The digest takes numbers that are not finite, which an estimate may hold and `canonical.digest` refuses.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any


def read_kept(path: Path, asked: str) -> Any | None:
    """What was kept in a file under these words, as JSON; None where nothing was."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        value = document["value"]
        whole = document["asked"] == asked and document["digest"] == _digest(value)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return value if whole else None


def write_kept(path: Path, asked: str, value: Any) -> None:
    """Keep a value, as JSON, for next time; where it cannot be written it is not kept."""
    part = path.with_suffix(f".{os.getpid()}.part")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(kept_bytes(asked, value))
        part.replace(path)


def kept_bytes(asked: str, value: Any) -> bytes:
    """What a file holds that keeps a value, as JSON."""
    return json.dumps({"asked": asked, "digest": _digest(value), "value": value}, sort_keys=True).encode()


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
