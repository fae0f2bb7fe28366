"""Frames that cannot be read, splits that hold none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.question import Anchor, Finding
from mlipilot.compiler.data.table import Table, counted, file_name

if TYPE_CHECKING:
    from mlipilot._core import FrameScan, ScanFault

_MOST_NOTED = 3


def find(facts: Facts) -> Iterator[Finding]:
    """Broken frames file by file, then splits without a frame."""
    for table in facts.tables.values():
        for file, scan in enumerate(part.scan for part in table.parts):
            anchor = table.file_anchor(file)
            if scan.faults:
                yield _broken(scan, anchor)
            elif not scan.frames:
                yield Finding("MLP1002", f"`{file_name(scan)}` holds no frame", anchor, "no frame", _EMPTY)
        hollow = np.flatnonzero(table.column("atoms") == 0)
        if len(hollow):
            headline = f"{counted(len(hollow), len(table), table.noun)} {'has' if len(hollow) == 1 else 'have'} no atom"
            yield Finding("MLP1002", headline, table.anchor(hollow), table.places(hollow), "leave such frames out")
        elif len(table) and not table.faulty and not table.kept.any():
            yield _only_isolated(table)


_REMEDIES = {
    "format": "mend the file as it says, or leave it out",
    "archive": "copy the file again, or compress it again: what is there cannot all be read",
    "blank_line": "remove the blank line, or what follows it",
}
_EMPTY = "name a file with at least one frame"


def _broken(scan: FrameScan, anchor: Anchor) -> Finding:
    first, *others = scan.faults
    notes = tuple(f"{_place(fault)}: {fault.message}" for fault in others[:_MOST_NOTED])
    if scan.fault_count > 1 + len(notes):
        notes += (f"and {scan.fault_count - 1 - len(notes)} more in this file",)
    return Finding(
        "MLP1001",
        f"`{file_name(scan)}` cannot be read at {_place(first)}: {first.message}",
        anchor,
        f"frame {first.frame}"
        + (f", line {first.line}" if first.line else "")
        + (f", column {first.column}" if first.column is not None else ""),
        _REMEDIES.get(first.kind, "mend the frame or cut it out"),
        notes,
    )


def _place(fault: ScanFault) -> str:
    return f"line {fault.line}" if fault.line else f"frame {fault.frame}"


def _only_isolated(table: Table) -> Finding:
    return Finding(
        "MLP1002",
        f"the {table.noun} files hold isolated atoms and no other frame",
        table.file_anchor(0),
        "every frame is an isolated atom",
        "isolated atoms only give reference energies; name a file with structures too",
    )
