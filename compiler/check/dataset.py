"""Rules of data sets: splits that add up, files that exist."""

from __future__ import annotations

from pathlib import Path

from mlipilot.compiler.check.paths import look
from mlipilot.compiler.check.report import about, place
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.schema import SPLITS
from mlipilot.spec.values import BlockValue, Spec


def check(spec: Spec) -> list[Diagnostic]:
    """Faults of the `dataset` blocks."""
    found: list[Diagnostic] = []
    for block in spec.of_kind("dataset"):
        if block.tag == "emt_supercells":
            found += _adds_up(block)
            found += _temperatures(block)
        elif block.tag == "files":
            found += _files_exist(block)
    return found


def split_sizes(block: BlockValue) -> dict[str, int] | None:
    """Trajectories of each split at each temperature; None where the split could not be read."""
    if not block.has("split"):
        return None
    sizes: dict[str, int] = {}
    for name, value in block.call("split").arguments.items():
        assert isinstance(value.data, int)
        sizes[name] = value.data
    return sizes


def _adds_up(block: BlockValue) -> list[Diagnostic]:
    sizes = split_sizes(block)
    if sizes is None or not block.has("trajectories"):
        return []
    total, declared = sum(sizes.values()), block.integer("trajectories")
    if total == declared:
        return []
    sums = " + ".join(str(sizes[name]) for name in SPLITS)
    return [
        about(
            block,
            "MLP0503",
            f"the splits of `{block.name}` take {total} trajectories at each temperature, and there are {declared}",
            place(block, "split"),
            f"{sums} = {total}",
            help=f"let them sum to {declared}, or set `trajectories = {total}`",
        )
    ]


def _temperatures(block: BlockValue) -> list[Diagnostic]:
    values = [value.data for value in block.items("temperatures")] if block.has("temperatures") else []
    if len(set(values)) == len(values):
        return []
    return [
        about(
            block,
            "MLP0205",
            f"the temperatures of `{block.name}` repeat",
            place(block, "temperatures"),
            "each has its own trajectories",
        )
    ]


def base_folder(block: BlockValue) -> Path:
    """The folder that paths in a block are relative to: that of the file it stands in."""
    return Path(block.source.name).parent


def _files_exist(block: BlockValue) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    base = base_folder(block)
    for split in SPLITS:
        for value in block.items(split) if block.has(split) else ():
            assert isinstance(value.data, str)
            assert value.span is not None
            problem, remedy = look(base, value.data)
            if problem:
                found.append(about(block, "MLP0306", f"`{value.data}` {problem}", value.span, "data file", help=remedy))
    return found
