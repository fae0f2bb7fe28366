"""A committed record: what verifies a campaign, small enough for a repository; weights are never part of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from mlipilot.runtime.pilot.audit.artifacts import ARTIFACTS, Origins, Shelf, needed
from mlipilot.runtime.pilot.audit.record import Record
from mlipilot.runtime.pilot.campaign.calibrating import BASELINE
from mlipilot.runtime.pilot.campaign.measurement import Run
from mlipilot.runtime.pilot.campaign.sealing import SEAL
from mlipilot.runtime.record import CAMPAIGN, Store
from mlipilot.runtime.record.store import MANIFEST
from mlipilot.spec.diagnostics import Diagnostic

MOST_BYTES = 5_000_000
_FILES = (CAMPAIGN, "journal.jsonl", "plan.json", "baseline.mlp")


class Archived(NamedTuple):
    """What was put in."""

    files: int
    bytes: int
    left_out: int
    """Results that the size did not allow."""


def archive(
    record: Record, folder: Path, store: Store, asked: dict[tuple[str, str], Run], origins: Origins | None
) -> Archived | Diagnostic:
    """Copy a campaign's record into a folder, with verdicts, and predictions of what was accepted, as far as they fit.

    The same record gives the same bytes: runs come in the order of their entries, those of the baseline first, then
    what was accepted and closed with, then the rest.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        return Diagnostic("MLP0918", f"`{folder}` is not empty", help="name a folder that does not exist yet")
    chosen = {name: record.folder / name for name in _FILES if (record.folder / name).is_file()}
    for kind in ("accepted", "transcripts"):
        chosen |= {f"{kind}/{path.name}": path for path in sorted((record.folder / kind).glob("*")) if path.is_file()}
    size = sum(path.stat().st_size for path in chosen.values())
    if size > MOST_BYTES:
        return Diagnostic(
            "MLP0918",
            f"the journals and specs of `{record.folder}` take {size / 1e6:.1f} MB, more than {MOST_BYTES / 1e6:g} MB",
            help="keep the run's folder whole, outside of the repository",
        )
    left_out = 0
    for files in _results(record, store, asked, origins):
        more = {name: path for name, path in files.items() if name not in chosen}
        bytes_ = sum(path.stat().st_size for path in more.values())
        if size + bytes_ > MOST_BYTES:
            left_out += 1
            continue
        chosen |= more
        size += bytes_
    try:
        for name, path in sorted(chosen.items()):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    except OSError as error:
        return Diagnostic("MLP0918", f"`{folder}` cannot be written: {error.strerror}", help="name another folder")
    return Archived(len(chosen), size, left_out)


def _results(
    record: Record, store: Store, asked: dict[tuple[str, str], Run], origins: Origins | None
) -> Iterator[dict[str, Path]]:
    """Files of results by their place in the folder, what matters most first."""
    shelf = Shelf(record.folder, store)
    first = [(lane, key, verdict) for lane, key, verdict in _verdicts(record, is_close=True)]
    rest = [(lane, key, verdict) for lane, key, verdict in _verdicts(record, is_close=False)]
    for _, _, verdict in (*first, *rest):
        yield _of(shelf, verdict, ("verdict.json", "sealed.json"))
    for lane, key, verdict in first:
        run = asked.get((lane, key))
        source = origins.source(run, verdict) if origins is not None and run is not None else None
        if source is not None:
            found: dict[str, Path] = {}
            for other, file in needed(source).values():
                found |= _of(shelf, other, (file,))
            yield found


def _verdicts(record: Record, *, is_close: bool) -> Iterator[tuple[str, str, str]]:
    """Runs with the key of their verdict: those of the baseline, of what was accepted and of the close, or all else."""
    for lane in (BASELINE, *record.settings.lanes, SEAL):
        accepted = {entry["trial"] for entry in record.of(lane, "accepted")}
        for run in record.runs(lane):
            if is_close == (lane in (BASELINE, SEAL) or run.trial in accepted) and run.measurement.verdict_key:
                yield lane, run.key, run.measurement.verdict_key
    if is_close:
        for run in record.sealed():
            yield SEAL, run.key, run.measurement.verdict_key


def _of(shelf: Shelf, key: str, names: Iterable[str]) -> dict[str, Path]:
    """Those files of a result that are there, with its manifest."""
    folder = shelf.result(key)
    if folder is None:
        return {}
    return {f"{ARTIFACTS}/{key}/{n}": folder / n for n in (*names, MANIFEST) if (folder / n).is_file()}
