"""The record: durable files, the store of results, the journal of events, and the runs that wrote them."""

from mlipilot.runtime.record.journal import Journal, read_journal
from mlipilot.runtime.record.store import Entry, Store
from mlipilot.runtime.record.workspace import Run, Workspace, workspace_of

__all__ = ["Entry", "Journal", "Run", "Store", "Workspace", "read_journal", "workspace_of"]
