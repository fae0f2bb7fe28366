"""The record: durable files, the store of results, the journal of events, and the runs that wrote them."""

from mlipilot.runtime.record.faults import (
    FORMAT,
    altered,
    line_of,
    lost_record,
    malformed,
    no_record,
    outdated,
    unfit,
    unreadable,
)
from mlipilot.runtime.record.journal import Journal, Line, read_journal, scan_journal, torn_bytes
from mlipilot.runtime.record.store import Entry, Store
from mlipilot.runtime.record.workspace import CAMPAIGN, Run, Workspace, workspace_of

__all__ = [
    "CAMPAIGN",
    "FORMAT",
    "Entry",
    "Journal",
    "Line",
    "Run",
    "Store",
    "Workspace",
    "altered",
    "line_of",
    "lost_record",
    "malformed",
    "no_record",
    "outdated",
    "read_journal",
    "scan_journal",
    "torn_bytes",
    "unfit",
    "unreadable",
    "workspace_of",
]
