"""The proposals of a recorded campaign, as a spec's `replay` names them: JSON, not yet held against a search."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def read_proposals(path: Path) -> list[tuple[int, Any]] | str:
    """What stands under `proposal` in a file of JSON lines, each with the number of its line; or why there is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        return f"`{path}` cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}"
    found = []
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            return f"line {number} of `{path}` is no JSON"
        if isinstance(entry, dict) and "proposal" in entry:
            found.append((number, entry["proposal"]))
    return found or f"`{path}` records no proposal"
