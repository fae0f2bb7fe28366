"""How many geometries are labelled of each molecule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def geometries(displace: Mapping[str, Any], *, equilibrium: bool) -> int:
    """By how molecules are displaced, as a job has it, and whether the geometry of the source is kept."""
    each = int(displace.get("each", 0)) * len(displace.get("temperatures", (None,)))
    return each + int(equilibrium)
