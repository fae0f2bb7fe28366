"""Progress of a job, as its file tells it."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any


def last_line(path: Path, position: int) -> tuple[dict[str, Any] | None, int]:
    """The last whole JSON line after a position, and the position after it."""
    try:
        with path.open("rb") as stream:
            stream.seek(position)
            data = stream.read()
    except OSError:
        return None, position
    whole = data.rpartition(b"\n")[0]
    if not whole:
        return None, position
    with contextlib.suppress(ValueError):
        found = json.loads(whole.splitlines()[-1])
        if isinstance(found, dict):
            return found, position + len(whole) + 1
    return None, position + len(whole) + 1
