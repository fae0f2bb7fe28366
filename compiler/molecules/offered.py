"""Whether PySCF has a method: what a process that asked it found, kept for its version and the elements asked about.

PySCF takes a second to import, so that `check` only reads what is kept; who compiles asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mlipilot.compiler.canonical import digest
from mlipilot.compiler.kept import read_kept, write_kept
from mlipilot.compiler.packages import installed
from mlipilot.compiler.workspace import workspace_folder
from mlipilot.spec.values import BlockValue

_VERSION = 1
"""Of what is asked; a new one has it asked anew."""


class Lack(NamedTuple):
    """Something that PySCF does not have."""

    field: str
    """Of the block."""
    argument: str
    headline: str
    help: str


class Question(NamedTuple):
    """What PySCF is asked."""

    methods: Mapping[str, Mapping[str, Any]]
    """By the field of the block that names them."""
    elements: Sequence[int]
    """Atomic numbers."""
    folder: Path
    """Where the answer is kept."""
    program: str
    """The versions of PySCF and of what adds dispersion to it."""

    @property
    def document(self) -> dict[str, Any]:
        """What the process is told, as JSON."""
        methods = {field: dict(method) for field, method in self.methods.items()}
        return {"methods": methods, "elements": [*self.elements]}

    @property
    def key(self) -> str:
        """Of the answer."""
        return digest({**self.document, "program": self.program, "version": _VERSION})


def question(block: BlockValue, methods: Mapping[str, Mapping[str, Any]], elements: Sequence[int]) -> Question | None:
    """What is to be asked of a block's methods; None where PySCF is not installed."""
    versions = installed(("pyscf", "pyscf-dispersion"))
    if versions["pyscf"] is None:
        return None
    folder = workspace_folder(Path(block.source.name)) / "methods"
    return Question(methods, sorted(set(elements)), folder, " ".join(found or "" for found in versions.values()))


def kept(asked: Question) -> list[Lack] | None:
    """The kept answer; None where nothing is kept, or what is kept is damaged."""
    lacks = read_kept(_file(asked), asked.key)
    try:
        return None if lacks is None else [Lack(**lack) for lack in lacks]
    except TypeError:
        return None


def keep(asked: Question, lacks: Sequence[Lack]) -> None:
    """Keep an answer; where it cannot be written it is asked again."""
    write_kept(_file(asked), asked.key, [lack._asdict() for lack in lacks])


def _file(asked: Question) -> Path:
    return asked.folder / f"{asked.key[:16]}.json"
