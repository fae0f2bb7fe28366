"""Answers to questions about files: scanned once in a process, and kept on disk where scanning takes a while.

What is kept is found again by the question, and counts only while the files' sizes and times, the rules and the
kernels are those it was made with; anything else about it is no answer, and the files are scanned again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from mlipilot import _core
from mlipilot.compiler.data import ask, meant_keys
from mlipilot.compiler.data.division import Share
from mlipilot.compiler.data.question import TEMPERATURE, Anchor, Finding, Part, Question, Split, more_keys
from mlipilot.compiler.data.scanning import Looking, scan_file
from mlipilot.compiler.data.selection import part_scans
from mlipilot.compiler.data.table import Table
from mlipilot.compiler.kept import read_kept, write_kept

LEAST_KEPT = 1_000_000
"""Bytes of data; fewer are scanned sooner than an answer is worth a file."""
_SETTLED = 2_000_000_000
"""ns; a file written later than so long before may change again within the resolution of its time."""


class Size(NamedTuple):
    """How much a split holds, isolated atoms left out."""

    frames: int
    atoms: float
    """Mean of a frame."""
    neighbours: float | None
    """Mean of an atom within the model's cutoff; None without a model."""
    elements: tuple[str, ...]
    """By symbol."""
    trajectories: int
    """Groups that bounds resample: frames of one `trajectory`, or a frame without one."""
    hottest: float | None
    """K: the highest `temperature` of its frames; None where one of them has none."""


class Answer(NamedTuple):
    """What the files of a question prove, and how large its splits are."""

    findings: tuple[Finding, ...]
    sizes: Mapping[str, Size]
    left_out: Mapping[str, int] = MappingProxyType({})
    """Frames that are not used, by the reason."""


Files = Mapping[str, Sequence[Path]]
"""Files by the field that names them, all of which exist."""
_answers: dict[str, Answer] = {}


def answer(files: Files, question: Question, folder: Path | None = None) -> Answer:
    """The answer to a question without splits about files; `folder` keeps answers for other processes.

    Raises OSError for a file that cannot be read.
    """
    asked = _asked(files, question)
    state = _state(files)
    key = hashlib.sha256((asked + state).encode()).hexdigest()
    if key in _answers:
        return _answers[key]
    path = folder / f"{hashlib.sha256(asked.encode()).hexdigest()[:16]}.json" if folder is not None else None
    found = _load(path, key) if path is not None else None
    if found is None:
        before = time.time_ns()
        found = _answer(files, question)
        if path is not None and _worth_keeping(files, before):
            _keep(path, key, found)
    _answers[key] = found
    return found


def _answer(files: Files, question: Question) -> Answer:
    asked = _scanned_for(files, question)
    findings = ask(asked)
    meant = meant_keys(findings)
    if meant:
        mended = dataclasses.replace(question, **meant)  # type: ignore[arg-type]
        findings += [f for f in ask(_scanned_for(files, mended)) if f not in findings]
    return Answer(tuple(findings), {split.name: _size(split) for split in asked.splits}, asked.left_out)


def _scanned_for(files: Files, question: Question) -> Question:
    """The question with its files scanned, and their frames in the splits that they go to."""
    looking = _looking(question)
    scans = {source: [scan_file(path, looking) for path in paths] for source, paths in files.items()}
    found = {source: [scanned.scan for scanned in of_source] for source, of_source in scans.items()}
    parted = part_scans(found, question.selection)
    unread = any(scan.faults for of_source in found.values() for scan in of_source)
    problems = [problem for problem in parted.problems if not (unread and problem.field == "split")]

    def part(share: Share) -> Part:
        scan, written = scans[share.source][share.file]
        return Part(scan, share.rows, share.source, share.file, share.groups, written)

    splits = tuple(Split(name, tuple(map(part, shares))) for name, shares in parted.parts.items() if shares)
    return dataclasses.replace(question, splits=splits, problems=tuple(problems), left_out=parted.left_out)


def _looking(question: Question) -> Looking:
    return Looking(
        question.energy,
        question.forces,
        question.stress,
        question.virial,
        question.r_max,
        more_keys(question.others),
        question.selection.isolated,
        question.selection.group,
        question.units.factors,
        question.types,
    )


def _asked(files: Files, question: Question) -> str:
    fields = dataclasses.fields(question)
    document = {field.name: getattr(question, field.name) for field in fields if field.name not in _FOUND}
    paths = {name: [str(path.absolute()) for path in paths] for name, paths in files.items()}
    return json.dumps([paths, document], sort_keys=True, default=_plain)


_FOUND = ("splits", "problems", "left_out")
"""Fields of a question that a scan fills in."""


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    return str(value) if isinstance(value, Fraction) else sorted(value)


def _state(files: Files) -> str:
    """Sizes and times of the files, the rules and the kernels."""
    stats = [path.stat() for paths in files.values() for path in paths]
    return json.dumps([_code(), [(stat.st_size, stat.st_mtime_ns, stat.st_ino) for stat in stats]])


@lru_cache(maxsize=1)
def _code() -> list[tuple[int, int]]:
    parts = [*sorted(Path(__file__).parent.rglob("*.py")), Path(str(_core.__file__))]
    return [(stat.st_size, stat.st_mtime_ns) for stat in (part.stat() for part in parts)]


def _size(split: Split) -> Size:
    elements = tuple(sorted({element for part in split.parts for element in part.elements}))
    table = Table(split, elements)
    kept = ~table.isolated
    atoms, neighbours = table.column("atoms")[kept], table.column("neighbours")[kept]
    known = np.isfinite(neighbours)
    temperature = table.other(TEMPERATURE)[1][kept]
    return Size(
        len(atoms),
        float(atoms.mean()) if len(atoms) else 0.0,
        float(np.average(neighbours[known], weights=atoms[known])) if atoms[known].sum() else None,
        elements,
        len(set(table.groups()[kept])),
        float(temperature.max()) if len(temperature) and np.isfinite(temperature).all() else None,
    )


def _worth_keeping(files: Files, before: int) -> bool:
    stats = [path.stat() for paths in files.values() for path in paths]
    settled = all(stat.st_mtime_ns + _SETTLED < before for stat in stats)
    return settled and sum(stat.st_size for stat in stats) >= LEAST_KEPT


def _keep(path: Path, key: str, found: Answer) -> None:
    """Write an answer; where that fails there is none."""
    body = {
        "findings": [dataclasses.asdict(finding) for finding in found.findings],
        "sizes": {name: list(size) for name, size in found.sizes.items()},
        "left_out": dict(found.left_out),
    }
    write_kept(path, key, body)


def _load(path: Path, key: str) -> Answer | None:
    """A kept answer; None where there is none, or one to something else, or a damaged one."""
    body = read_kept(path, key)
    if body is None:
        return None
    try:
        findings = [
            Finding(**{**entry, "anchor": Anchor(*entry["anchor"]), "notes": tuple(entry["notes"])})
            for entry in body["findings"]
        ]
        sizes = {
            name: Size(frames, atoms, neighbours, tuple(elements), *rest)
            for name, (frames, atoms, neighbours, elements, *rest) in body["sizes"].items()
        }
        return Answer(tuple(findings), sizes, body["left_out"])
    except (ValueError, TypeError, KeyError):
        return None


__all__ = ["Answer", "Size", "answer"]
