"""The training commands of a script, whatever runs them, and what speaks of one and is not read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from mlipilot.compiler.lint.statement import Document, Statement, Word
from mlipilot.compiler.lint.variables import RESERVED, Choice
from mlipilot.compiler.lint.words import read_script
from mlipilot.spec.source import SourceFile, Span

_COMMANDS = ("mace_run_train", "run_train.py", "mace.cli.run_train")
_NAMED = re.compile("|".join(map(re.escape, _COMMANDS)))
_COMMAND = re.compile(rf"(?:.*[/\s])?(?:{_NAMED.pattern})[)`]?", re.DOTALL)
"""A training command by itself, by its path, or as what `$(which …)` finds."""
_TALK = frozenset(
    "echo which type printf pip pip3 [ [[ test grep egrep pgrep pkill killall man cat head tail ls cp mv "
    "rm ln chmod find sed awk module ml hash : true exit return".split()
)
"""Commands that only speak of another."""
_MANAGERS = ("conda", "mamba", "micromamba", "uv", "poetry", "pixi")
"""Commands that run another with `run`, and else only speak of it."""
_ASKING = ("-v", "-V")
"""With these, `command` only speaks of another too."""
_SPREADING = ("parallel", "xargs")
"""Commands that add arguments of their own."""
_SHELLS = frozenset("bash sh zsh dash ksh eval ssh sbatch qsub bsub su".split())
"""Commands that run a script that is given as a text; its name may stand behind a launcher's."""
_NAMING = ("-J", "--job-name", "-N", "--name", "-s", "-t", "--label")
"""Options of launchers with a name behind them that they only show."""
_WRITTEN = (".sh", ".bash", ".zsh", ".slurm", ".sbatch", ".pbs", ".job", "")
"""Ends of names of files that hold scripts."""
_DEEPEST = 8


@dataclass
class Trainings:
    """What a script says of trainings."""

    commands: list[tuple[Word, list[Word]]] = field(default_factory=list)
    """The word that names each, and its arguments."""
    followers: list[Word | None] = field(default_factory=list)
    """The first word of what follows each directly."""
    unread: list[Span] = field(default_factory=list)
    """Where a training is spoken of and was not read."""
    written: dict[str, Document | None] = field(default_factory=dict)
    """Here-documents by the name of the file they are written to; None for what else is written to one."""


def names_training(text: str) -> bool:
    """Whether a text speaks of a training command at all."""
    return _NAMED.search(text) is not None


def find_trainings(source: SourceFile, choice: Choice) -> Trainings:
    """The training commands of a script, in order, in whatever they are wrapped, with one value of its lists."""
    finder = _Finder(source, choice)
    finder.read(source.text, tuple(range(len(source.text))))
    finder.found.unread = sorted(finder.missed())
    return finder.found


class _Finder:
    def __init__(self, source: SourceFile, choice: Choice) -> None:
        self.source, self.choice = source, choice
        self.found = Trainings()
        self.spoken: list[Span] = []
        """Stretches of the source whose mentions of a training are understood."""
        self.depth = 0

    def missed(self) -> Iterator[Span]:
        """Mentions outside of what is understood."""
        yield from self.found.unread
        for mention in _NAMED.finditer(self.source.text):
            start, end = mention.span()
            if not any(span.start <= start and end <= span.end for span in self.spoken):
                yield Span(start, end)

    def read(self, text: str, places: tuple[int, ...]) -> None:
        """Reads a script, or one inside another."""
        if self.depth == _DEEPEST:
            return
        self.depth += 1
        script = read_script(text, places, self.choice)
        self.spoken += script.comments
        follows = False
        for statement in script.statements:
            words = _bare(statement.words)
            if follows and words and words[0].text.startswith("--"):
                self.found.followers[-1] = words[0]
            count = len(self.found.commands)
            self._statement(statement, words)
            follows = len(self.found.commands) > count
        self.depth -= 1

    def _statement(self, statement: Statement, words: list[Word]) -> None:
        self._documents(statement, words)
        if statement.sets or not words:
            self.spoken += [word.span for word in statement.words]
            return
        first = PurePath(words[0].text).name
        second = words[1].text if len(words) > 1 else ""
        talks = second != "run" if first in _MANAGERS else first in _TALK or (first == "command" and second in _ASKING)
        at = next((at for at, word in enumerate(words) if _is_command(words, at)), None)
        if talks and not (statement.piped or _kept(statement)):
            self.spoken += [word.span for word in words]
        elif not talks and at is not None and first not in _SPREADING:
            self.spoken += [word.span for word in words]
            self.found.commands.append((words[at], words[at + 1 :]))
            self.found.followers.append(None)
        else:
            self._texts(words, run=not talks and first not in _SPREADING)

    def _texts(self, words: list[Word], *, run: bool) -> None:
        """Reads the scripts that stand in words, where they are run; what else speaks of a training is not read."""
        for at, word in enumerate(words):
            if not names_training(word.text):
                continue
            if run and _is_script(words, at):
                self.spoken.append(word.span)
                start = _script_start(word.text)
                self.read(word.text[start:], word.places[start:])
            elif not _COMMAND.fullmatch(word.text) or not run:
                self.found.unread.append(word.span)

    def _documents(self, statement: Statement, words: list[Word]) -> None:
        """Takes here-documents as the scripts or files that they are."""
        targets = [PurePath(word.text) for word in statement.writes if word.known]
        first = PurePath(words[0].text).name if words else ""
        if first == "tee":
            targets += [PurePath(word.text) for word in words[1:] if word.known and not word.text.startswith("-")]
        for target in targets:
            before = self.found.written.get(str(target), statement)
            only = len(statement.documents) == 1 and before is statement and first in ("cat", "tee")
            self.found.written[str(target)] = statement.documents[0] if only else None
        for document in statement.documents:
            if not names_training(document.text):
                continue
            shells = any(PurePath(word.text).name in _SHELLS for word in words)
            if shells or any(target.suffix in _WRITTEN for target in targets):
                self.read(*_expanded(document))
            elif first in _TALK and not (targets or statement.piped):
                self.spoken.append(Span(document.places[0], document.places[-1] + 1))


def _bare(words: list[Word]) -> list[Word]:
    """A command without the shell's own words and the variables that are set for it."""
    for at, word in enumerate(words):
        if word.text not in RESERVED and not re.match(r"[A-Za-z_]\w*\+?=", word.text):
            return words[at:]
    return []


def _kept(statement: Statement) -> bool:
    """Whether a command's output goes to a file."""
    return any(not word.text.startswith("/dev/") for word in statement.writes)


def _is_command(words: list[Word], at: int) -> bool:
    named = at > 0 and words[at - 1].text in _NAMING
    return not named and _COMMAND.fullmatch(words[at].text) is not None and not _is_several(words[at])


def _is_several(word: Word) -> bool:
    """Whether a word is a command with arguments before the name, such as a text for `bash -c`."""
    return " " in word.text.strip() and not word.text.startswith(("$(", "`"))


def _is_script(words: list[Word], at: int) -> bool:
    """Whether a word is the text of a script: for `bash -c`, for `eval`, or for `sbatch --wrap`."""
    text = words[at].text
    if text.startswith("--wrap="):
        return True
    before = [PurePath(word.text).name for word in words[:at]]
    if before and before[-1] == "--wrap":
        return True
    if before and re.fullmatch(r"-\w*c", before[-1]):
        return any(name in _SHELLS for name in before[:-1])
    return bool(before) and before[0] in ("eval", "ssh", "su")


def _script_start(text: str) -> int:
    return len("--wrap=") if text.startswith("--wrap=") else 0


def _expanded(document: Document) -> tuple[str, tuple[int, ...]]:
    """A here-document as the shell passes it on: without the backslashes that keep it from expanding."""
    if document.literal:
        return document.text, document.places
    kept = [m.start() for m in re.finditer(r"(?s)(?<=\\)[$`\\]|[^\\]|\\(?![$`\\])", document.text)]
    return "".join(document.text[at] for at in kept), tuple(document.places[at] for at in kept)


__all__ = ["Trainings", "find_trainings", "names_training"]
