"""What a job needs of a node."""

from __future__ import annotations

from typing import NamedTuple


class Need(NamedTuple):
    """Of one job; jobs of the same need are submitted together."""

    cores: int = 1
    gpus: int = 0
    memory: int = 0
    """Bytes; 0: what the partition gives."""
    seconds: float = 3600.0
    """After which it is ended."""
    partition: str = ""
    """Where it runs; empty: where the others do."""
