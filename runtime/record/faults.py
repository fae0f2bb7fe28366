"""What is said of a record that is damaged or lost: the same by every verb; the remedy alone is the verb's."""

from __future__ import annotations

from pathlib import Path

from mlipilot.runtime.record.workspace import CAMPAIGN
from mlipilot.spec.diagnostics import Diagnostic

FORMAT = 2
"""Of a campaign's record, as its first entry says; the first format was not said."""
RESTORE = "restore the file from a copy"
_SAYS_MORE = f"{RESTORE}; `mlipilot verify` says what else does not hold"


def line_of(seq: int, path: Path | str = CAMPAIGN) -> str:
    """Where an entry stands, as editors count: the first line is 1, whose entry has the sequence number 0."""
    return f"line {seq + 1} of `{path}`"


def altered(path: Path, seq: int, help_: str = _SAYS_MORE) -> Diagnostic:
    """Said of a journal whose chain breaks at an entry."""
    return Diagnostic("MLP0807", f"{line_of(seq, path)} does not match its hash or the line before it", help=help_)


def lost_record(folder: Path) -> Diagnostic:
    """Said of a campaign's run without the record of its decisions."""
    return Diagnostic(
        "MLP0910",
        f"`{folder}` is a campaign's, and `{CAMPAIGN}`, the record of its decisions, is not there",
        help=f"{RESTORE}; without it nothing can be said of the campaign",
    )


def unreadable(path: Path, error: OSError) -> Diagnostic:
    """Said of a record that the system does not give."""
    return Diagnostic("MLP0910", f"`{path}` cannot be read: {error.strerror}", help="check its permissions")


def no_record(path: Path) -> Diagnostic:
    """Said of a file that is no campaign's record from its first line on."""
    return Diagnostic("MLP0910", f"`{path}` does not begin as a campaign's record does", help=RESTORE)


def outdated(path: Path, found: object) -> Diagnostic:
    """Said of a record of another format than this version reads."""
    was = "an older version" if found is None else f"another version, in format {found}"
    return Diagnostic(
        "MLP0910",
        f"`{path}` was written by {was}, and this version reads format {FORMAT}",
        help="read it with the version that wrote it, or execute the spec again: what is in the store is used again",
    )


def unfit(path: Path, why: str) -> Diagnostic:
    """Said of a record of which nothing can be told, though each of its entries is one."""
    return Diagnostic("MLP0910", f"`{path}` is no record of a campaign: {why}", help=RESTORE)


def malformed(path: Path, seq: int) -> Diagnostic:
    """Said of a record with an entry that lacks what every entry of its kind has."""
    return Diagnostic(
        "MLP0910",
        f"{line_of(seq, path)} is none that a campaign of this version writes",
        help=f"it was altered, or written by another version; {RESTORE}",
    )
