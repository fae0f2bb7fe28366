"""A committed record: what verifies a campaign, small enough for a repository; weights are never part of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mlipilot.compiler.plan_file import plan_moved
from mlipilot.runtime.pilot.audit.artifacts import ARTIFACTS, Shelf, Source, needed
from mlipilot.runtime.pilot.audit.packing import PACKED, pack, packed_size
from mlipilot.runtime.pilot.audit.record import Record
from mlipilot.runtime.pilot.campaign.calibrating import BASELINE
from mlipilot.runtime.pilot.campaign.pins import BASELINE_SPEC
from mlipilot.runtime.pilot.campaign.sealing import SEAL
from mlipilot.runtime.record import CAMPAIGN, Store
from mlipilot.runtime.record.store import MANIFEST
from mlipilot.spec.diagnostics import Diagnostic

MOST_BYTES = 2_000_000
"""Compressed: the journals and specs, and the packed results."""
_PLAN = "plan.json"
_FILES = (CAMPAIGN, "journal.jsonl", _PLAN, BASELINE_SPEC)


class Archived(NamedTuple):
    """What was put in."""

    files: int
    results: int
    """Files of results, which are packed into one."""
    bytes: int
    left_out: int
    """Results that the size did not allow."""


def archive(
    record: Record, folder: Path, store: Store, sources: Mapping[tuple[str, str], Source]
) -> Archived | Diagnostic:
    """Copy a campaign's record into a folder, with verdicts, and predictions of what was accepted, as far as they fit.

    `sources`: by the keys of a run and its verdict, what that was made of.

    The same record gives the same bytes: what the campaign closed with comes first, then the baseline and what was
    accepted, each in the order of its entries, then the verdicts of the rest.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        return Diagnostic("MLP0918", f"`{folder}` is not empty", help="name a folder that does not exist yet")
    chosen = {name: record.folder / name for name in _FILES if (record.folder / name).is_file()}
    for kind in ("accepted", "transcripts"):
        chosen |= {f"{kind}/{path.name}": path for path in sorted((record.folder / kind).glob("*")) if path.is_file()}
    size = packed_size(chosen.values())
    if size > MOST_BYTES:
        return Diagnostic(
            "MLP0918",
            f"the journals and specs of `{record.folder}` take {size / 1e6:.1f} MB compressed, more than "
            f"{MOST_BYTES / 1e6:g} MB",
            help="keep the run's folder whole, outside of the repository",
        )
    left_out = 0
    results: dict[str, Path] = {}
    for files in _results(record, store, sources):
        more = {name: path for name, path in files.items() if name not in results}
        bytes_ = packed_size(more.values())  # alone, which is more than beside the others
        if size + bytes_ > MOST_BYTES:
            left_out += 1
            continue
        results |= more
        size += bytes_
    try:
        for name, path in sorted(chosen.items()):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if name == _PLAN:
                target.write_text(plan_moved(path.read_text(encoding="utf-8"), path.parent, folder), encoding="utf-8")
            else:
                shutil.copyfile(path, target)
        if results:
            pack(results, folder / PACKED)
    except OSError as error:
        return Diagnostic("MLP0918", f"`{folder}` cannot be written: {error.strerror}", help="name another folder")
    return Archived(len(chosen), len(results), _bytes(folder), left_out)


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _results(record: Record, store: Store, sources: Mapping[tuple[str, str], Source]) -> Iterator[dict[str, Path]]:
    """Files of results by their place in the folder, what matters most first."""
    shelf = Shelf(record.folder, store)
    first = [*_verdicts(record, is_first=True)]
    for _, verdict in (*first, *_verdicts(record, is_first=False)):
        yield _of(shelf, verdict, ("verdict.json", "sealed.json"))
    for run in first:
        if run in sources:
            found: dict[str, Path] = {}
            for key, file in needed(sources[run]).values():
                found |= _of(shelf, key, (file,))
            yield found


def _verdicts(record: Record, *, is_first: bool) -> Iterator[tuple[str, str]]:
    """Keys of runs and of their verdicts: those of the close, of the baseline and of what was accepted; or all else."""
    if is_first:
        yield from ((run.key, run.measurement.verdict_key) for run in record.sealed() if run.measurement.verdict_key)
    for lane in (SEAL, BASELINE, *record.settings.lanes):
        accepted = {entry["trial"] for entry in record.of(lane, "accepted")}
        for run in record.runs(lane):
            if is_first == (lane in (BASELINE, SEAL) or run.trial in accepted) and run.measurement.verdict_key:
                yield run.key, run.measurement.verdict_key


def _of(shelf: Shelf, key: str, names: Iterable[str]) -> dict[str, Path]:
    """Those files of a result that are there, with its manifest."""
    folder = shelf.result(key)
    if folder is None:
        return {}
    return {f"{ARTIFACTS}/{key}/{n}": folder / n for n in (*names, MANIFEST) if (folder / n).is_file()}
