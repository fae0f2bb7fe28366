"""Keys of headers that are a slip of the hand away from one that means something."""

from __future__ import annotations

from collections.abc import Iterator

from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.keys import misspelt
from mlipilot.compiler.data.question import LABELS, Finding
from mlipilot.compiler.data.table import file_name, first_line

_READ = (
    "Lattice",
    "Properties",
    "pbc",
    "config_type",
    "trajectory",
    "temperature",
    "config_weight",
    "config_energy_weight",
    "config_forces_weight",
    "config_stress_weight",
)
"""Keys that are read besides the labels."""
_FEW, _MOST = 0.05, 0.9
"""Shares of the frames: a slip is made in few, and the key it was meant for stands in most."""


def find(facts: Facts) -> Iterator[Finding]:
    """Misspelt keys, file by file."""
    labels = {facts.question.key(label) for label in LABELS}
    for table in facts.tables.values():
        frames: dict[str, int] = {}
        for part in table.parts:
            for summary in part.scan.keys:
                if summary.place == "header":
                    frames[summary.name] = frames.get(summary.name, 0) + summary.frames
        total = sum(part.scan.frames for part in table.parts)
        for file, part in enumerate(table.parts):
            for summary in part.scan.keys:
                if summary.place != "header" or summary.name in labels:
                    continue
                meant = _meant(summary.name, frames, total, labels)
                if meant is not None:
                    yield Finding(
                        "MLP1009",
                        f"the header key `{summary.name}` of `{file_name(part.scan)}` looks like `{meant}`",
                        table.file_anchor(file),
                        f"{first_line(summary)}in {_frames(summary.frames)}",
                        f"write `{meant}`, if that is what it is" + _without(meant),
                    )


def _meant(name: str, frames: dict[str, int], total: int, labels: set[str | None]) -> str | None:
    if name in _READ:
        return None
    for key in _READ:
        if misspelt(name, key):
            return key
    count = frames[name]
    if count > max(1, _FEW * total):
        return None
    for key, others in frames.items():
        if key not in labels and others >= _MOST * total and count + others <= total and misspelt(name, key):
            return key
    return None


def _frames(count: int) -> str:
    return "one frame" if count == 1 else f"{count} frames"


def _without(meant: str) -> str:
    if meant == "Lattice":
        return "; without it a frame has no cell"
    return "; without it a frame is taken to be periodic where it has a cell" if meant == "pbc" else ""
