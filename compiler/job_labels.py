"""What the ids of jobs say: for plan files that were written before a job's fields stood beside the plan.

Such plans are in workspaces and in committed records, and journals have no more of a job than its id. No other module
reads an id.
"""

from __future__ import annotations

from typing import NamedTuple

_SEED, _REPEAT = "seed-", "repeat-"


class LabelFields(NamedTuple):
    """The fields of a job, by its id."""

    kind: str
    block: str
    seed: int | None
    repeat: int
    target: str
    backend: str = "mace"
    """The only one that there was."""


def read_label(label: str) -> LabelFields:
    """The fields that an id such as `evaluate/fit/seed-1/cu.test/repeat-2` has."""
    kind, _, rest = label.partition("/")
    block, *parts = rest.split("/")
    seeds = [part.removeprefix(_SEED) for part in parts if part.startswith(_SEED)]
    repeats = [part.removeprefix(_REPEAT) for part in parts if part.startswith(_REPEAT)]
    targets = [part for part in parts if not part.startswith((_SEED, _REPEAT))]
    return LabelFields(
        kind,
        block,
        int(seeds[0]) if seeds else None,
        int(repeats[0]) if repeats else 0,
        targets[0] if targets else block if kind == "dynamics" else "",
    )
