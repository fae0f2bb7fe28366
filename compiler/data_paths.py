"""Paths of data files: what is wrong with one, and what was probably meant."""

from __future__ import annotations

from pathlib import Path, PurePath

from mlipilot.spec.suggest import nearest

_LIKE = 0.75
"""Likeness, without their suffix, of names of which one may be a slip for the other."""
_ARCHIVE = "unpack it first, and name what comes out"
_CONVERT = "write the frames to an extended XYZ file, such as with `ase convert`, and name that"
_MAGIC = {
    b"\x1f\x8b": ("compressed with gzip", ".gz"),
    b"BZh": ("compressed with bzip2", ".bz2"),
    b"\xfd7zXZ": ("compressed with xz", ".xz"),
    b"\x28\xb5\x2f\xfd": ("compressed with zstd, which is not read", _ARCHIVE),
    b"\x04\x22\x4d\x18": ("compressed with lz4, which is not read", _ARCHIVE),
    b"PK\x03\x04": ("a zip archive, which is not read", _ARCHIVE),
    b"7z\xbc\xaf\x27\x1c": ("a 7z archive, which is not read", _ARCHIVE),
    b"Rar!": ("a rar archive, which is not read", _ARCHIVE),
    b"\x89HDF": ("an HDF5 file, which is not read", _CONVERT),
    b"SQLite format 3\0": ("an SQLite database", _CONVERT),
    b"- of UlmASE-Trajectory": ("an ASE trajectory", _CONVERT),
    b"AFFormatASE-Trajectory": ("an ASE trajectory", _CONVERT),
}
"""First bytes of files that are not read, what they are, and what to do: an end is that of a name that is unpacked."""
_TAR = slice(257, 262), b"ustar"


def look(base: Path, written: str) -> tuple[str, str]:
    """What is wrong with a data file, written relative to a folder, and the remedy; empty where nothing is.

    Whether all of a compressed file can be unpacked is for a scan to say.
    """
    missing = _not_there(base, written)
    return missing if missing != _NOTHING else _as_said(_no_text(base / written))


def look_at_frames(base: Path, written: str) -> tuple[str, str]:
    """As `look`, of a file of labelled frames, which may be of a binary format that is read."""
    from mlipilot.compiler.formats import format_of, words
    from mlipilot.compiler.unpacking import packed_name

    missing, path = _not_there(base, written), base / written
    if missing != _NOTHING:
        return missing
    found = format_of(path)
    kind = _no_text(path)
    if found is not None and (found.magic or kind == _NOTHING):
        if found.may_be_packed or packed_name(path) == path.name:
            return _NOTHING
        return f"is a compressed {found.name}, which is not read", "unpack it first"
    if kind != _NOTHING:
        return _as_said(kind)
    return "is of no format that is read", f"formats are {words()}; {_CONVERT}"


_NOTHING = "", ""


def _as_said(kind: tuple[str, str]) -> tuple[str, str]:
    return (f"is {kind[0]}", kind[1]) if kind[0] else _NOTHING


def _not_there(base: Path, written: str) -> tuple[str, str]:
    """Why a path has nothing to read, and the remedy."""
    from mlipilot.compiler.unpacking import beginning

    path = base / written
    try:
        if path.is_dir():
            return "is a folder", "name a file inside it"
        if not path.exists():
            return "does not exist", _meant(base, written)
        empty = beginning(path, 1) == b"" or not path.stat().st_size
    except OSError as error:
        return f"cannot be read: {error.strerror or error}", "check its permissions"
    return ("is empty", "name a file with at least one frame") if empty else _NOTHING


def _no_text(path: Path) -> tuple[str, str]:
    """What a file is that is no text, by its first bytes, and the remedy; empty where it may be text."""
    from mlipilot.compiler.unpacking import beginning

    start = beginning(path, _TAR[0].stop) or b""
    if start[_TAR[0]] == _TAR[1]:
        return "a tar archive, which is not read", _ARCHIVE
    kind, remedy = next((said for magic, said in _MAGIC.items() if start.startswith(magic)), _NOTHING)
    if remedy.startswith("."):
        twice = path.suffix in (".gz", ".bz2", ".xz")
        kind += ", twice" if twice else f", and its name does not end in `{remedy}`"
        remedy = "unpack it once" if twice else f"name it `{path.name}{remedy}`: names say what is unpacked, as in ASE"
    return kind, remedy


def _meant(base: Path, written: str) -> str:
    """What may have been meant by a path where nothing is."""
    folder = PurePath(written).parent
    file, sliced, _ = written.rpartition("@")
    if sliced and (base / file).exists():
        return "a part of a file cannot be named: write the frames to a file of their own"
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


__all__ = ["look", "look_at_frames"]
