"""Files of large data sets: found in a folder, compared with what was seen before, fetched only on request.

A file's hash is known only of bytes that were seen. The first time that a file is seen, its SHA-256 is written into the
folder's `lock.json`; from then on a file with other bytes is refused. A hash in the table of sets goes before the lock.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO
from urllib.error import URLError
from urllib.request import urlopen

from mlipilot.compiler.encodings.data.large import RemoteFile, cache_folder
from mlipilot.runtime.foundation.atomic_files import read_json, write_durably, write_json
from mlipilot.runtime.foundation.digests import file_digest

LOCK = "lock.json"
TIMEOUT_S = 60.0
CHUNK = 1 << 20


class DataUnavailableError(FileNotFoundError):
    """A file of a data set is not in the cache, and was not to be or could not be downloaded."""


class HashMismatchError(ValueError):
    """A file's bytes are not those that were seen before."""


class DataCache:
    """A folder of downloaded files, a subfolder a data set, with the hashes of what was seen there.

    Args:
        folder: default: the folder named by `MLIPILOT_DATASETS`, else `mlipilot/datasets` in the user's cache folder
            (`XDG_CACHE_HOME`, else `~/.cache`). It is made when a file is first written.
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        if folder is not None and not isinstance(folder, str | os.PathLike):
            raise ValueError(f"`folder` must be a path, not {folder!r:.60}")
        self.folder = Path(folder) if folder is not None else cache_folder()

    def path(self, dataset: str, file: RemoteFile) -> Path:
        """Where a file of a data set lies, or would."""
        return self.folder / dataset / file.name

    def obtain(self, dataset: str, file: RemoteFile, *, download: bool = False) -> Path:
        """The path of a file whose bytes are those seen before; downloaded first where `download` allows it.

        Raises:
            DataUnavailableError: the file is not here, and `download` is False or no address gave it.
            HashMismatchError: its bytes differ from those seen before; both hashes are named, and a download with
                other bytes is not kept.
            ValueError: `lock.json` cannot be read, or `download` is neither True nor False.
        """
        if not isinstance(download, bool):
            raise ValueError(f"`download` must be True or False, not {download!r:.60}")
        path = self.path(dataset, file)
        expected = self._expected(dataset, file)
        found = file_digest(path)
        if found is None:
            if not download:
                raise DataUnavailableError(self._missing(dataset, file, "downloads were not asked for", offer=True))
            found = self._fetch(dataset, file, path, expected)
        elif expected is not None and found != expected:
            raise HashMismatchError(_differs(dataset, file, str(path), found, expected))
        if expected is None:
            self._pin(dataset, file, found)
        return path

    def _fetch(self, dataset: str, file: RemoteFile, path: Path, expected: str | None) -> str:
        path.parent.mkdir(parents=True, exist_ok=True)
        failures = []
        for url in file.urls:
            try:
                return _download(url, path, partial(_compare, dataset, file, url, expected))
            except (URLError, TimeoutError, ConnectionError) as error:
                failures.append(f"{url}: {error}")
        reason = "; ".join(failures) or "its publisher asks a person to sign in"
        raise DataUnavailableError(self._missing(dataset, file, reason))

    def _expected(self, dataset: str, file: RemoteFile) -> str | None:
        pinned = self._lock().get(f"{dataset}/{file.name}")
        return file.sha256 or (None if pinned is None else str(pinned))

    def _pin(self, dataset: str, file: RemoteFile, found: str) -> None:
        write_json(self.folder / LOCK, self._lock() | {f"{dataset}/{file.name}": found})

    def _lock(self) -> dict[str, Any]:
        path = self.folder / LOCK
        if not path.exists():
            return {}
        lock = read_json(path)
        if lock is None:
            raise ValueError(f"{path} cannot be read: mend it, or remove it to have the files beside it pinned afresh")
        return lock

    def _missing(self, dataset: str, file: RemoteFile, reason: str, *, offer: bool = False) -> str:
        size = "" if file.megabytes is None else f" (about {file.megabytes:g} MB)"
        or_else = ", or pass `download=True`" if offer and file.urls else ""
        return (
            f"data set {dataset!r} needs the file {file.name!r}{size}, which is not in the cache: {reason}. "
            f"Put it at {self.path(dataset, file)} from {' or '.join(file.urls) or file.page}{or_else}"
        )


class _Hashing:
    """A stream that passes bytes on and hashes them."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self._stream.write(data)


def _download(url: str, path: Path, compare: Callable[[str], None]) -> str:
    """Fetch a file and name it once its hash was compared; its hash."""
    digest = ""

    def fill(stream: BinaryIO) -> None:
        nonlocal digest
        sink = _Hashing(stream)
        with urlopen(url, timeout=TIMEOUT_S) as response:
            shutil.copyfileobj(response, sink, CHUNK)
        digest = sink.digest.hexdigest()
        compare(digest)

    write_durably(path, fill)
    return digest


def _compare(dataset: str, file: RemoteFile, place: str, expected: str | None, found: str) -> None:
    if expected is not None and found != expected:
        raise HashMismatchError(_differs(dataset, file, place, found, expected))


def _differs(dataset: str, file: RemoteFile, place: str, found: str, expected: str) -> str:
    return (
        f"data set {dataset!r}: {place} has SHA-256 {found}, but {file.name!r} was seen with {expected}. "
        "Results would be of other data: restore the file, or remove its line from `lock.json` to accept the new one"
    )
