"""The store: one folder for each job's key, with every attempt's traces and the one published result.

The folder is the safety state (no database, no lock server): whoever creates `intent-<n>.json` owns attempt n, the
newest owner wins, and `result/` appears by one rename, of which the first wins.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from mlipilot.runtime.foundation.atomic_files import create_json, flush, read_json, write_json
from mlipilot.runtime.foundation.digests import file_digest
from mlipilot.runtime.foundation.processes import identity
from mlipilot.runtime.record.liveness import Clock, Life, file_clock, life, silence

MANIFEST = "manifest.json"


def damage(result: Path) -> list[str]:
    """Files of a published folder that do not have the content that its manifest says."""
    manifest = read_json(result / MANIFEST)
    try:
        files = {str(name): entry["sha256"] for name, entry in (manifest or {})["files"].items()}
    except (KeyError, TypeError, AttributeError):
        return [MANIFEST]
    return [name for name, digest in files.items() if file_digest(result / name) != digest]


class Entry:
    """The folder of one key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.result = folder / "result"
        self.scratch = folder / "scratch"
        self.owner_file = folder / "owner.json"

    # -- results --

    def manifest(self) -> dict[str, Any] | None:
        """What was published; None where nothing was."""
        return read_json(self.result / MANIFEST)

    def is_done(self) -> bool:
        """Whether a whole result is there: every file of the manifest, with its size."""
        manifest = self.manifest()
        if manifest is None:
            return False
        try:
            return all(
                (self.result / name).stat().st_size == entry["bytes"] for name, entry in manifest["files"].items()
            )
        except (OSError, KeyError, TypeError, AttributeError):
            return False

    def damage(self) -> list[str]:
        """Files of the result that do not have the content that was published."""
        return damage(self.result)

    def set_aside(self) -> Path:
        """Move a damaged result away, so that the job can publish again."""
        n = 1
        while (aside := self.folder / f"damaged-{n}").exists():
            n += 1
        self.result.rename(aside)
        return aside

    def publish(self, out: Path) -> bool:
        """Make a private folder the result, by one rename; False where another attempt was first."""
        files = sorted(path for path in out.rglob("*") if path.is_file())
        manifest = {
            "key": self.folder.name,
            "files": {
                path.relative_to(out).as_posix(): {"sha256": file_digest(path), "bytes": path.stat().st_size}
                for path in files
            },
        }
        write_json(out / MANIFEST, manifest)
        for path in files:
            flush(path)
        for folder in {path.parent for path in files} | {out}:
            flush(folder)
        try:
            out.rename(self.result)
        except OSError:
            if not self.is_done():
                raise
            shutil.rmtree(out, ignore_errors=True)
            return False
        flush(self.folder)
        return True

    # -- attempts --

    def attempts(self) -> list[int]:
        """Numbers of all attempts that were begun."""
        return sorted(int(path.stem.partition("-")[2]) for path in self.folder.glob("intent-*.json"))

    @property
    def last_attempt(self) -> int:
        """Number of the newest attempt; 0 where there is none."""
        return max(self.attempts(), default=0)

    def claim(self, ended: int = 0) -> int | None:
        """Own a new attempt; None while the last one may still be under way.

        `ended` is an attempt that is known to have ended, though it may have left no record.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        last = self.last_attempt
        if last > ended and self.life(last) is not Life.GONE:
            return None
        return last + 1 if create_json(self.file("intent", last + 1), identity()) else None

    def life(self, attempt: int, clock: Clock = file_clock) -> Life:
        """Whether an attempt is under way: its process is, or, until that begins, the one that claimed it."""
        owner = self.owner() or {}
        if self.exit(attempt) is not None or owner.get("attempt", 0) > attempt:
            return Life.GONE
        record = owner if owner.get("attempt") == attempt else read_json(self.file("intent", attempt)) or {}
        return life(record, (self.file("hb", attempt), self.file("intent", attempt)), clock)

    def owner(self) -> dict[str, Any] | None:
        """The process that began an attempt last; None where none did."""
        return read_json(self.owner_file)

    def begun_seconds_ago(self, attempt: int) -> float | None:
        """How long ago an attempt began, by its mark of ownership; None where it is not known to have begun."""
        if (self.owner() or {}).get("attempt") != attempt:
            return None
        return silence([self.owner_file]) or 0.0

    def file(self, what: str, attempt: int) -> Path:
        """A trace of an attempt: `intent`, `hb`, `exit` or `progress`."""
        suffix = "jsonl" if what == "progress" else "json"
        return self.folder / f"{what}-{attempt}.{suffix}"

    def log(self, attempt: int) -> Path:
        """What an attempt printed."""
        return self.folder / f"log-{attempt}.txt"

    def exit(self, attempt: int) -> dict[str, Any] | None:
        """How an attempt ended; None where it has not, or was killed."""
        return read_json(self.file("exit", attempt))

    def sweep(self) -> None:
        """Remove private folders of attempts that are gone."""
        for path in self.folder.glob(".out-*"):
            shutil.rmtree(path, ignore_errors=True)


class Store:
    """All entries, under one folder that many specs may share."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def entry(self, key: str) -> Entry:
        """The folder of a key."""
        return Entry(self.root / key[:2] / key)
