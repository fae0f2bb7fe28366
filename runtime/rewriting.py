"""Files of specs rewritten: in the house style, with edits, with fixes made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mlipilot.compiler.compile import check_spec
from mlipilot.compiler.mending import mend
from mlipilot.runtime.foundation.atomic_files import rewrite_bytes
from mlipilot.spec.diagnostics import Diagnostic, has_errors
from mlipilot.spec.diagnostics.refusal import unwritten
from mlipilot.spec.differences import unified
from mlipilot.spec.edit import Change, apply
from mlipilot.spec.format import format_source
from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line
from mlipilot.spec.source import SourceFile, Unreadable, read_source, read_text


@dataclass(frozen=True)
class Rewrite:
    """A file before and after; to make one writes nothing."""

    path: Path
    verb: str
    """What was done to the text: `formatted`, `edited`, `fixed`."""
    before: SourceFile
    after: SourceFile
    changes: tuple[Change, ...] = ()
    """Of an edit: what was set."""
    fixes: int = 0
    """Of a mended file: how many were made."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """Of the file as it is afterwards."""

    @property
    def is_changed(self) -> bool:
        """Whether the bytes of the file differ: a byte-order mark and line ends count."""
        return self.before.encoded != self.after.encoded

    @property
    def text(self) -> str:
        """The file's text afterwards."""
        return self.after.text

    @property
    def diff(self) -> str:
        """The changed lines as a unified diff; empty where none differs."""
        name = str(self.path)
        return unified(self.before.text, self.after.text, name, f"{name} ({self.verb})")

    def __repr__(self) -> str:
        made = [f"{change.path} = {change.value}" for change in self.changes]
        made += [count(self.fixes, "fix", "fixes")] if self.fixes else []
        return in_a_line("Rewrite", str(self.path), self.verb if self.is_changed else "no change", ", ".join(made))


def write(rewrite: Rewrite) -> Diagnostic | None:
    """Put the new text in the file's place, whole or not at all; the fault where that is refused."""
    if not rewrite.is_changed:
        return None
    try:
        rewrite_bytes(rewrite.path, rewrite.after.encoded)
    except OSError as error:
        return unwritten(error, rewrite.path)
    return None


def formatted(source: SourceFile) -> Rewrite | list[Diagnostic]:
    """A text in the house style; the faults of one that does not parse."""
    text = format_source(source)
    return text if isinstance(text, list) else Rewrite(Path(source.name), "formatted", source, _plain(source, text))


def formatted_file(path: Path) -> Rewrite | list[Diagnostic]:
    """A spec's file in the house style."""
    source = read_source(path)
    return [unreadable(source)] if isinstance(source, Unreadable) else formatted(source)


def edited_file(path: Path, changes: Sequence[Change]) -> Rewrite | list[Diagnostic]:
    """A spec's file with values of its search set; the faults where the result does not check."""
    source = read_source(path)
    if isinstance(source, Unreadable):
        return [unreadable(source)]
    edited = apply(source, changes)
    found = edited.diagnostics
    if edited.spec is not None:
        found = check_spec(edited.spec, found).diagnostics
    if edited.spec is None or has_errors(found):
        return found
    return Rewrite(path, "edited", source, edited.spec.source, tuple(changes), diagnostics=tuple(found))


def mended_file(
    path: Path, find: Callable[[SourceFile], list[Diagnostic]], *, unsafe: bool
) -> Rewrite | list[Diagnostic]:
    """A file with the fixes of what `find` says of it made; with `unsafe` those too that need a look."""
    source = read_text(path)
    if isinstance(source, Unreadable):
        return [unreadable(source)]
    mended = mend(source, find, unsafe=unsafe)
    return Rewrite(path, "fixed", source, mended.source, fixes=mended.fixes, diagnostics=tuple(mended.diagnostics))


def unreadable(why: Unreadable) -> Diagnostic:
    """Said of a path that holds no text of the kind that is wanted."""
    return Diagnostic("MLP0001", why.headline, help=why.help)


def _plain(source: SourceFile, text: str) -> SourceFile:
    """The same file with another text, without a byte-order mark: the house style has none."""
    return SourceFile(source.name, text)
