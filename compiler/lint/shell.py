"""The training commands of a shell script, with their arguments as items."""

from __future__ import annotations

import re
from typing import NamedTuple

from mlipilot.compiler.backends.mace.options import OptionTable
from mlipilot.compiler.lint.item import UNKNOWN, Item
from mlipilot.compiler.lint.scripts import Trainings, find_trainings, names_training
from mlipilot.compiler.lint.statement import Document, Word
from mlipilot.compiler.lint.variables import Choice
from mlipilot.spec.diagnostics import Annotation, Diagnostic, Edit, Fix
from mlipilot.spec.source import SourceFile, Span

_NUMBER = re.compile(r"-\d+|-\d*\.\d+")
"""What argparse takes for a negative number."""
_SEVERAL = re.compile(r"\$\{?[@*]|\[[@*]\]")
"""What may be options too where it stands as a value; any other variable holds this value alone, however it splits."""
_MOST = 256
"""Values of a list that are read."""
_STOPS = "`mace_run_train` exits with 2 before it reads any data"


class Command(NamedTuple):
    """One training command of a script."""

    source: SourceFile
    span: Span
    """The word that names the command."""
    items: list[Item]
    diagnostics: list[Diagnostic]
    complete: bool
    """Whether all its arguments are known; otherwise the shell may add some."""
    unknown: tuple[str, ...]
    """What only the shell knows, as it is written."""


class Scripted(NamedTuple):
    """What a script trains."""

    commands: list[Command]
    unread: list[Span]
    """Where it speaks of a training that was not read."""
    written: dict[str, Document | None]
    """Here-documents by the name of the file they are written to; None for what else is written to one."""


def read_shell(source: SourceFile, table: OptionTable) -> Scripted:
    """The training commands of a script, in order; one that takes values of literal lists once for each of them."""
    choice = Choice()
    trainings = find_trainings(source, choice)
    found = _commands(source, table, trainings)
    for at in range(1, min(choice.most, _MOST)):
        found += _commands(source, table, find_trainings(source, Choice(at)))
    different: dict[tuple[Span, str], Command] = {}
    for command in found:
        said = [(item.word, item.written) for item in command.items], [d.headline for d in command.diagnostics]
        different.setdefault((command.span, repr(said)), command)
    found = list(different.values())
    returns = _carriage_returns(source)
    if found and returns is not None:
        found[0].diagnostics.append(returns)
    return Scripted(found, trainings.unread, trainings.written)


def _commands(source: SourceFile, table: OptionTable, trainings: Trainings) -> list[Command]:
    found: list[Command] = []
    for (command, words), follower in zip(trainings.commands, trainings.followers, strict=True):
        cut, kept = _after_backslash(source, words)
        found.append(_Arguments(source, table, command, kept).read())
        if cut is not None:
            found[-1].diagnostics.append(cut)  # what follows is cut off too, and not said again
        elif follower is not None:
            found[-1].diagnostics.append(_cut_off(source, follower))
    return found


def _after_backslash(source: SourceFile, words: list[Word]) -> tuple[Diagnostic | None, list[Word]]:
    """What is wrong with a backslash that does not join two lines, and the words before it."""
    for at, word in enumerate(words):
        start = word.span.start
        line = source.text[start:].partition("\n")[0].rstrip("\r")
        rest = line[1:].strip()
        if not line.startswith(("\\ ", "\\\t")) or (rest and not rest.startswith("#")):
            continue
        what = "a comment" if rest else "a blank"
        fix = Fix("remove the blank", (Edit(Span(start + 1, start + len(line)), ""),))
        diagnostic = Diagnostic(
            "MLP1114",
            f"{what} follows the backslash",
            source,
            Annotation(Span(start, start + 1), "does not join the lines"),
            notes=(_STOPS, "the shell passes the blank on as an argument, and fails to run the lines that follow"),
            help="write the comment on a line of its own, before the command" if rest else "remove the blank",
            fix=None if rest else fix,
        )
        return diagnostic, words[:at]
    return None, words


def _carriage_returns(source: SourceFile) -> Diagnostic | None:
    """Says that a script's lines end as on Windows, where that changes its commands."""
    at = source.text.find("\\\r\n")
    mend = "the lines end as on Windows: `dos2unix` or `sed -i 's/\\r$//'` mends the file"
    if at >= 0:
        notes = (_STOPS, "the shell passes it on as an argument, and fails to run the lines that follow")
        primary = Annotation(Span(at, at + 1), "does not join the lines")
        return Diagnostic("MLP1114", "a carriage return follows the backslash", source, primary, notes=notes, help=mend)
    at = source.text.find("\r\n")
    if at < 0:
        return None
    start = source.text.rfind("\n", 0, at) + 1
    return Diagnostic(
        "MLP1114",
        "a carriage return ends each line",
        source,
        Annotation(Span(start, max(at, start + 1)), "the shell takes it for a part of the line"),
        notes=("the shell passes it on with the last word, or finds no such command, and `sbatch` refuses the script",),
        help=mend,
    )


def _cut_off(source: SourceFile, word: Word) -> Diagnostic:
    """Says that a training command ended before an option that was meant for it."""
    return Diagnostic(
        "MLP1114",
        f"`{word.text.partition('=')[0]}` begins a command of its own",
        source,
        Annotation(word.span, "cut off from the training command"),
        notes=("MACE trains without the options from here on; the shell fails to run them as a command",),
        help="end the line before with a backslash",
    )


class _Arguments:
    def __init__(self, source: SourceFile, table: OptionTable, command: Word, words: list[Word]) -> None:
        self.source, self.table, self.command, self.words = source, table, command, words
        self.items: list[Item] = []
        self.diagnostics: list[Diagnostic] = []
        self.complete = True
        self.unknown: list[str] = []

    def read(self) -> Command:
        at = 0
        while at < len(self.words):
            word = self.words[at]
            at += 1
            if not word.text.startswith("--") or not self._is_option(word):
                self._stray(word)
                if word.text.startswith("-") and at < len(self.words) and not self._is_option(self.words[at]):
                    at += 1  # its value
            elif "=" in word.text:
                self._assigned(word)
            else:
                at = self._spaced(word, at)
        unknown = tuple(dict.fromkeys(self.unknown))
        return Command(self.source, self.command.span, self.items, self.diagnostics, self.complete, unknown)

    def _stray(self, word: Word) -> None:
        if word.splits or not word.known:
            self.complete = False
            self.unknown.append(word.text)
            return
        help_ = "write options as `--name value`"
        if word.text.startswith("-") and word.text != "-":
            help_ = f"options begin with two dashes: `-{word.text}`"
        elif self.items and self._takes_none(self.items[-1]):
            help_ = f"`--{self.items[-1].word}` is a flag and takes no value: leave `{word.text}` out"
        self._report("MLP1104", f"`{word.text}` belongs to no option", word.span, help_)

    def _takes_none(self, item: Item) -> bool:
        option = self.table.find(item.word)
        return option is not None and option.is_flag

    def _assigned(self, word: Word) -> None:
        name, _, value = word.text.partition("=")
        key, place = word.part(0, len(name)), self._value_place(word, len(name) + 1)
        option = self.table.find(name[2:])
        if option is not None and option.is_flag:
            self._report(
                "MLP1104",
                f"`{name}` is a flag and takes no value",
                word.span,
                f"write `{name}` alone" if value.lower() in ("true", "yes", "1") else f"leave `{name}` out",
            )
            return
        self.unknown += [] if word.known else [word.text]
        self._add(name, UNKNOWN if not word.known else value, key, place if value else key)

    def _value_place(self, word: Word, start: int) -> Span:
        """Where the value of `--name=value` is written: one with variables in it at this option, not where they are."""
        inside = word.span.start <= min(word.places[start:], default=word.span.start)
        if inside and max(word.places[start:], default=0) < word.span.end:
            return word.part(start)
        sign = self.source.text.find("=", word.span.start, word.span.end)
        return word.span if sign < 0 else Span(sign + 1, word.span.end)

    def _spaced(self, word: Word, at: int) -> int:
        """Read an option and the words that are its values; the position after them."""
        option = self.table.find(word.text[2:])
        candidates = self.table.abbreviated(word.text[2:])
        if option is None and len(candidates) == 1:
            option = self.table.find(candidates[0])
        if not word.known:
            self.complete = False
            self.unknown.append(word.text)
            return at
        if option is not None and option.is_flag:
            self._add(word.text, None, word.span, word.span)
            return at
        values = [w for w in self.words[at : at + 1] if not self._is_option(w)]
        if option is not None and option.many:
            while at + len(values) < len(self.words) and not self._is_option(self.words[at + len(values)]):
                values.append(self.words[at + len(values)])
        if not values:
            if option is not None:
                self._report("MLP1104", f"`{word.text}` has no value", word.span, f"write `{word.text} VALUE`")
            else:
                self._add(word.text, None, word.span, word.span)
            return at
        known = all(value.known for value in values)
        self.unknown += [value.text for value in values if not value.known]
        self.complete = self.complete and not any(_SEVERAL.search(value.text) for value in values if not value.known)
        text = [value.text for value in values] if option is not None and option.many else values[0].text
        self._add(word.text, text if known else UNKNOWN, word.span, values[0].span.to(values[-1].span))
        return at + len(values)

    def _is_option(self, word: Word) -> bool:
        """Whether argparse takes a word for an option rather than for a value."""
        if not word.text.startswith("-") or word.text == "-":
            return False
        if _NUMBER.fullmatch(word.text):
            return False
        name = word.text.removeprefix("--").partition("=")[0]
        return " " not in word.text or bool(self.table.find(name) or self.table.abbreviated(name))

    def _add(self, name: str, value: object, key: Span, place: Span) -> None:
        self.items.append(Item(name.removeprefix("--"), value, self.source, key, place, command_line=True))

    def _report(self, code: str, headline: str, span: Span, help_: str) -> None:
        self.diagnostics.append(Diagnostic(code, headline, self.source, Annotation(span), notes=(_STOPS,), help=help_))


__all__ = ["Command", "Scripted", "names_training", "read_shell"]
