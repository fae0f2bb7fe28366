"""The data files that options name: which are here, which of these we check, and what ASE makes of the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from mlipilot.compiler.data_paths import look
from mlipilot.compiler.lint.formats import IN_NAMES, Taken, taken_for
from mlipilot.compiler.lint.item import Item
from mlipilot.compiler.lint.lookup import find
from mlipilot.compiler.lint.settings import Setting, Settings
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.schema.labels import CLAIMED
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.suggest import nearest

_OTHER = (".h5", ".hdf5", ".lmdb", ".mdb", ".aselmdb")
"""Endings of files that MACE reads without ASE; a folder is read so too."""
_STOPS = "MACE stops where it reads the file"


class DataFiles(NamedTuple):
    """Files named on the command line of `lint`, in place of those that the options name."""

    train: Path | None = None
    valid: Path | None = None
    test: Path | None = None


_FLAGS = {"train": "--data", "valid": "--valid", "test": "--test"}
"""The option of `lint` that names a file of a split."""


def with_named(settings: Settings, named: DataFiles) -> Settings:
    """Settings in which the files of the command line stand for what the options say, known or not."""
    given, unreadable = dict(settings.given), set(settings.unreadable)
    for split in _FLAGS:
        path: Path | None = getattr(named, split)
        option = settings.table.find(f"{split}_file")
        if path is None or option is None:
            continue
        itself = SourceFile(str(path), "")  # what is said of it names it, and has no place in what was linted
        item = Item(option.name, str(path), itself, Span(0, 0), Span(0, 0))
        given[option.name] = Setting(option, str(path), item)
        unreadable.discard(option.name)
    return replace(settings, given=given, unreadable=unreadable)


class NamedFile(NamedTuple):
    """A file to scan."""

    split: str
    path: Path


def named_files(
    settings: Settings, named: DataFiles, split: str, found: list[Diagnostic], remarks: list[str]
) -> list[NamedFile]:
    """The files of a split that are here and can be scanned; what is said of the others is added to two lists."""
    given: Path | None = getattr(named, split)
    option = f"{split}_file"
    if given is not None:
        if given.is_file():
            return _scannable(settings, option, NamedFile(split, given), str(given), found, remarks)
        found.append(Diagnostic("MLP0306", f"`{given}` does not exist", help=f"`{_FLAGS[split]}` names an extxyz file"))
        return []
    written = settings.value(option) if option not in settings.unreadable else None
    names = written if isinstance(written, list) else [written] if written else []
    return [file for name in names for file in _file(settings, split, name, found, remarks)]


def _file(settings: Settings, split: str, name: str, found: list[Diagnostic], remarks: list[str]) -> list[NamedFile]:
    """A file that the options name, in a list; none where it is not here, or is not scanned."""
    option = f"{split}_file"
    path = find(name, settings.source)
    if path is not None and (name.endswith((*_OTHER, "/")) or path.is_dir()):
        remarks.append(f"`{name}` is no extxyz file, and was not checked")
        return []
    if "@" in Path(name).name:
        path = _without_index(settings, option, name, path, found)
        if path is None:
            return []
    if path is not None and path.is_file():
        return _scannable(settings, option, NamedFile(split, path), name, found, remarks)
    found.append(_absent(settings, option, name))
    return []


def _absent(settings: Settings, option: str, name: str) -> Diagnostic:
    beside = [other.name for other in Path(settings.source.name).parent.glob("*.xyz*")]
    near = nearest(Path(name).name, beside)
    flag = _FLAGS[option.removesuffix("_file")]
    return settings.report(
        "MLP1113",
        f"`{name}` is not here",
        option,
        label="not checked",
        consequence="MACE stops where it does not find it",
        help=f"did you mean `{near}`?" if near else f"call `mlipilot lint` where the data are, or give `{flag} FILE`",
    )


def _without_index(
    settings: Settings, option: str, name: str, path: Path | None, found: list[Diagnostic]
) -> Path | None:
    """The file that ASE reads for a name with `@`, after which it expects an index; None where it is not here."""
    file, _, index = name.rpartition("@")
    taken = find(file, settings.source)
    if taken is not None and taken.is_file():
        found.append(
            settings.report(
                "MLP1110",
                f"`@{index}` has no effect: MACE reads all frames of `{file}`",
                option,
                label="ASE drops what follows the `@`",
                consequence="MACE asks ASE for all frames of a file, which goes before an index in its name",
                help="write the frames that are meant to a file of their own",
            )
        )
        return taken
    if path is None:
        found.append(_absent(settings, option, file))
        return None
    found.append(
        settings.report(
            "MLP0306",
            f"ASE reads `{file}` for `{name}`, and it is not here",
            option,
            label="taken for a file and an index",
            consequence=_STOPS,
            help="rename the file: ASE takes what follows an `@` for an index",
        )
    )
    return None


def _scannable(
    settings: Settings, option: str, file: NamedFile, name: str, found: list[Diagnostic], remarks: list[str]
) -> list[NamedFile]:
    """The file where it is one that we scan; else what is known of it is said."""
    taken = taken_for(file.path)
    fault = _fault(settings, option, file.path, name, taken)
    if fault is not None:
        found.append(fault)
    elif taken.scanned:
        return [file]
    else:
        remarks.append(_unchecked(split=file.split, path=file.path, name=name, words=taken.words))
    return []


def _unchecked(split: str, path: Path, name: str, words: str) -> str:
    """Says that a file which ASE reads was not checked, and how it can be."""
    plain = Path(name).with_suffix(".xyz").name
    plain = plain if plain != path.name else f"{path.stem}-plain.xyz"
    return (
        f"`{name}` was not checked: its format is {words} for ASE, and only extended XYZ is checked; "
        f"`ase convert {name} {plain}` writes it so, and `{_FLAGS[split]} {plain}` names it"
    )


def _fault(settings: Settings, option: str, path: Path, name: str, taken: Taken) -> Diagnostic | None:
    """Why MACE stops at a file, where that can be known from its form."""
    kind, remedy = look(path.parent, path.name) if taken.scanned or not taken.readable else ("", "")
    if kind and kind != "is empty":
        return settings.report("MLP0306", f"`{name}` {kind}", option, consequence=_STOPS, help=remedy)
    if taken.scanned:
        return None
    if taken.looks_plain:
        by_name = not taken.words or any(word in path.name for word in IN_NAMES)
        headline = f"ASE takes `{name}` for {taken.words}, and it is extended XYZ"
        return settings.report(
            "MLP0306",
            headline if taken.words else f"`{name}` is extended XYZ, and ASE knows no format by its name",
            option,
            label="misread",
            consequence=_STOPS,
            help="give it a name such as `train.xyz`"
            if by_name
            else "ASE goes by a word among its first 50,000 bytes: write that in another way",
        )
    if not taken.readable:
        help_ = "name an extended XYZ file"
        headline = f"`{name}` is in no format that ASE reads"
        return settings.report("MLP0306", headline, option, consequence=_STOPS, help=help_)
    keys = {label: settings.value(f"{label}_key") for label in ("energy", "forces")}
    if taken.own_names is False and not set(keys.values()) & set(CLAIMED):
        shown = " or ".join(f"`{key}`" for key in keys.values())
        return settings.report(
            "MLP1003",
            f"`{name}` has no label under {shown}: {taken.words} keeps no names but ASE's own",
            option,
            label="no labels found",
            consequence="MACE stops where it finds no label",
            help="write the frames as extended XYZ, with the labels in `info` and `arrays`",
        )
    return None


__all__ = ["DataFiles", "NamedFile", "named_files", "with_named"]
