"""Paths of data files: what is wrong with one, and what was probably meant."""

from __future__ import annotations

from pathlib import Path, PurePath

from mlipilot.spec.suggest import nearest

_LIKE = 0.75
"""Likeness, without their suffix, of names of which one may be a slip for the other."""
_MAGIC = {
    b"\x1f\x8b": ("compressed with gzip", "gunzip -k"),
    b"BZh": ("compressed with bzip2", "bunzip2 -k"),
    b"\xfd7zXZ": ("compressed with xz", "unxz -k"),
    b"\x28\xb5\x2f\xfd": ("compressed with zstd", "unzstd"),
    b"PK\x03\x04": ("a zip archive", "unzip"),
    b"\x89HDF": ("an HDF5 file", ""),
}
"""First bytes of files that are no text, what they are, and what unpacks them."""


def look(base: Path, written: str) -> tuple[str, str]:
    """What is wrong with a data file, written relative to a folder, and the remedy; empty where nothing is."""
    path = base / written
    try:
        if path.is_dir():
            return "is a folder", "name the extxyz file inside it"
        if not path.exists():
            return "does not exist", _meant(base, written)
        with path.open("rb") as stream:
            start = stream.read(max(map(len, _MAGIC)))
    except OSError as error:
        return f"cannot be read: {error.strerror or error}", "check its permissions"
    if not start:
        return "is empty", "name a file with at least one frame"
    for magic, (kind, command) in _MAGIC.items():
        if start.startswith(magic):
            return f"is {kind}", f"unpack it with `{command}` first, and name what comes out" if command else _TEXT
    return "", ""


_TEXT = "write the frames to an extended XYZ file, and name that"


def _meant(base: Path, written: str) -> str:
    """What may have been meant by a path where nothing is."""
    folder = PurePath(written).parent
    if any(sign in written for sign in "*?["):
        return "patterns are not expanded: name each file"
    if not (base / folder).is_dir():
        missing = next(f for f in reversed([folder, *folder.parents]) if not (base / f).is_dir())
        return f"the folder `{missing}` does not exist; paths are relative to the folder of the spec"
    suffix = PurePath(written).suffix
    files = sorted(other.name for other in (base / folder).iterdir() if other.is_file())
    files.sort(key=lambda name: PurePath(name).suffix == suffix)  # of two with one stem the last is kept
    beside = {PurePath(name).stem: name for name in files if not name.endswith(".mlp")}
    near = nearest(PurePath(written).stem, beside, _LIKE)
    if near:
        return f"did you mean `{(folder / beside[near]).as_posix()}`?"
    return "paths are relative to the folder of the spec"


__all__ = ["look"]
