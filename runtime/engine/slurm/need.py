"""What a job needs of a node: as the engine's block says, else by its estimate."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any, NamedTuple

SHORTEST_SECONDS = 600.0
"""The shortest limit that is derived from an estimate: starting takes a while, and short estimates are rough."""
_START_SECONDS = 120.0
"""Until a job works: its setup and imports on a file system that others use too."""
_SMALLEST_BYTES = 2**30
_SPARE = 1.5
"""Of an estimated peak, what is asked for."""


class Need(NamedTuple):
    """Of one job; jobs of the same need are submitted together."""

    cores: int = 1
    gpus: int = 0
    memory: int = 0
    """Bytes; 0: what the partition gives."""
    seconds: float | None = None
    """After which it is ended; None: what the partition gives."""
    partition: str = ""
    """Where it runs; empty: the cluster's default."""


def need_of(options: Mapping[str, Any], request: Mapping[str, Any], longest: Mapping[str, float]) -> Need:
    """What a job needs. `longest` are the limits of partitions that have one, in seconds; the default's at ``.

    A limit that is derived is one of a few, so that jobs alike are submitted together, and no longer than the
    partition's; one that the user wrote is kept.
    """
    given = options.get("resources", {}).get(request.get("resources", ""), {})
    partition = given.get("partition") or options.get("partition", "")
    wants_gpu = request.get("device") == "cuda" and bool(request.get("backend"))
    seconds = given.get("time")
    if seconds is None and request.get("reserved") is not None:
        margin = float(options.get("checkpoint", 0.0))
        seconds = min(_of_few(float(request["reserved"]) + margin + _START_SECONDS), longest.get(partition, 1e12))
    return Need(
        int(given.get("cores", request.get("threads", 1))),
        int(given.get("gpus", wants_gpu)),
        int(given.get("memory", _memory(request.get("bytes")))),
        seconds,
        partition,
    )


def _of_few(seconds: float) -> float:
    limit = SHORTEST_SECONDS
    while limit < seconds:
        limit *= 2
    return limit


def _memory(peak: int | None) -> int:
    if not peak:
        return 0
    memory = _SMALLEST_BYTES
    while memory < ceil(_SPARE * peak):
        memory *= 2
    return memory
