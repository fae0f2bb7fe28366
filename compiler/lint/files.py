"""From a path to diagnostics: a YAML file of options, or the training commands of a script, with their data."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, TypeAlias

from mlipilot.compiler.backends.mace.options import OptionTable
from mlipilot.compiler.backends.mace.table import option_table
from mlipilot.compiler.lint.data_files import DataFiles
from mlipilot.compiler.lint.dataset import Looked, check_data
from mlipilot.compiler.lint.item import UNKNOWN, Item
from mlipilot.compiler.lint.lookup import find
from mlipilot.compiler.lint.resolve import resolve
from mlipilot.compiler.lint.rules import judge, without_doubts_of_faults
from mlipilot.compiler.lint.settings import Settings
from mlipilot.compiler.lint.shell import Command, Scripted, names_training, read_shell
from mlipilot.compiler.lint.written import written_options
from mlipilot.compiler.lint.yaml_file import read_yaml
from mlipilot.spec.diagnostics import Annotation, Diagnostic, has_errors
from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line
from mlipilot.spec.source import LARGEST_FILE, SourceFile, Unreadable, read_text

_YAML = (".yaml", ".yml", ".json")
_SHELL = (".sh", ".bash", ".zsh", ".slurm", ".sbatch", ".pbs", ".job")
_DATA = (".xyz", ".extxyz", ".h5", ".hdf5", ".lmdb", ".aselmdb")
_WANTED = "name a YAML file of options, or a shell script that calls `mace_run_train`"
_STREAMS = ("/dev/", "/proc/")
"""Where names of files begin that stand for what another command writes."""
_NO_MATTER = ("name", "seed", "work_dir", "log_dir", "model_dir", "checkpoints_dir", "results_dir", "lr")
"""Options that the data do not speak of: where commands differ in these alone, the data are looked at once."""
_INCOMPLETE = "what depends on it was not checked"


Seen: TypeAlias = dict[str, tuple[Looked, bool, tuple[str, ...] | None]]
"""What the data gave, with what the rules take from them."""


class Linted(NamedTuple):
    """What was found, by which table of options, and what could not be checked."""

    diagnostics: list[Diagnostic]
    table: OptionTable
    remarks: tuple[str, ...]
    """Sentences that close the output: what was counted, and what was not checked."""

    checked: bool = True
    """Whether there were options to check."""
    scanned: bool = False
    """Whether the data of all trainings were read too."""

    @property
    def failed(self) -> bool:
        """Whether training should not start."""
        return has_errors(self.diagnostics)

    def __repr__(self) -> str:
        if not self.checked:
            return in_a_line(
                "Linted", "nothing was checked:", *(diagnostic.headline for diagnostic in self.diagnostics)
            )
        errors = sum(diagnostic.is_error for diagnostic in self.diagnostics)
        found = f"{count(errors, 'error')}, {count(len(self.diagnostics) - errors, 'warning')}"
        return in_a_line("Linted", f"{found},", "with the data" if self.scanned else "without all data")


def lint_file(path: Path, data: DataFiles | None = None) -> Linted:
    """Check a file of options or a script; `data` stands in for the files that it names."""
    source = _read(path)
    if isinstance(source, Diagnostic):
        return Linted([source], option_table(), (), checked=False)
    return lint_source(source, data)


def lint_source(source: SourceFile, data: DataFiles | None = None) -> Linted:
    """Check the text of a file of options or a script."""
    table, path = option_table(), Path(source.name)
    lines: list[int] = []
    if path.suffix in _SHELL or (path.suffix not in _YAML and _is_script(source)):
        script = read_shell(source, table)
        if not script.commands:
            return Linted([_uncalled(source, script)], table, (), checked=False)
        seen: Seen = {}
        parts = [_lint_command(command, script, table, data, seen) for command in script.commands]
        lines = [source.location(command.span.start).line for command in script.commands]
        parts += [Looked([], _unread(source, script))] if script.unread else []
    else:
        items, faults = read_yaml(source)
        parts = [_lint(items, faults, table, source, data, broken=bool(faults) and not items)]
    found = list(dict.fromkeys(diagnostic for part in parts for diagnostic in part.diagnostics))
    remarks = _joined(parts, lines)
    scanned = all(part.scanned for part in parts)
    return Linted(sorted(found, key=lambda diagnostic: diagnostic.order), table, remarks, scanned=scanned)


def _joined(parts: list[Looked], lines: list[int]) -> tuple[str, ...]:
    """The remarks of all parts; of several commands, each with the lines of those that it is made of."""
    found: dict[str, list[int]] = {}
    for at, part in enumerate(parts):
        for remark in part.remarks:
            found.setdefault(remark, []).extend(lines[at : at + 1])
    shown = []
    for remark, its in found.items():
        numbers = sorted(set(its))
        which = f"line{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}: " if numbers else ""
        shown.append(remark if len(numbers) == len(set(lines)) else which + remark)
    return tuple(shown)


def _read(path: Path) -> SourceFile | Diagnostic:
    if path.suffix == ".mlp":
        return _unreadable(f"`{path}` is a spec, not a file of MACE's options", f"`mlipilot check {path}` checks it")
    if path.suffix in _DATA:
        return _unreadable(f"`{path}` is a data file", f"`mlipilot lint OPTIONS.yaml --data {path}` checks it")
    try:
        if path.is_dir():
            return _unreadable(f"`{path}` is a folder", _WANTED)
        if path.is_file() and path.stat().st_size > LARGEST_FILE:
            return _unreadable(f"`{path}` is too large to be a file of options", _WANTED)
    except (OSError, ValueError):
        pass
    source = read_text(path)
    if isinstance(source, Unreadable):
        return _unreadable(source.headline, source.help.replace("a readable `.mlp` file", "a readable file"))
    if source.text.lstrip().startswith("{") and '"format_version"' in source.text:
        return _unreadable(f"`{path}` is a plan, not a file of MACE's options", f"`mlipilot plan show {path}` shows it")
    return source


def _is_script(source: SourceFile) -> bool:
    return source.text.startswith("#!") or names_training(source.text)


def _uncalled(source: SourceFile, script: Scripted) -> Diagnostic:
    """Says that a script trains nothing, or nothing that can be read."""
    if not script.unread:
        return _unreadable(f"`{source.name}` calls no `mace_run_train`", _WANTED)
    return Diagnostic(
        "MLP1101",
        "how `mace_run_train` is called here is not read",
        source,
        Annotation(script.unread[0], "not read"),
        help="write the call as a command of its own, or name a YAML file of its options",
    )


def _unread(source: SourceFile, script: Scripted) -> tuple[str, ...]:
    lines = dict.fromkeys(source.text.count("\n", 0, span.start) + 1 for span in script.unread)
    return tuple(
        f"line {line}: how `mace_run_train` is called here is not read; write the call as a command of its own"
        for line in lines
    )


def _lint_command(command: Command, script: Scripted, table: OptionTable, data: DataFiles | None, seen: Seen) -> Looked:
    """Check one training command, with the files of options that it names; what the command line says wins."""
    items: list[Item] = []
    found = list(command.diagnostics)
    unknown = list(command.unknown)
    complete = command.complete
    for item in command.items:
        option = table.find(item.word)
        if option is None or not option.config:
            continue
        configuration = _configuration(item, script, found, unknown)
        complete = complete and configuration is not None
        items += configuration or []
    items += command.items
    looked = _lint(items, found, table, command.source, data, complete=complete, command=command, seen=seen)
    if not unknown:
        return looked
    shown = ", ".join(f"`{text}`" for text in unknown)
    return looked._replace(remarks=(*looked.remarks, f"only the shell knows {shown}; {_INCOMPLETE}"))


def _configuration(item: Item, script: Scripted, found: list[Diagnostic], unknown: list[str]) -> list[Item] | None:
    """The items of a file that `--config` names; None where it cannot be read here."""
    if item.written is UNKNOWN:
        return None
    name = str(item.written)
    if name in script.written:
        items = written_options(item.source, script.written[name], found)
        unknown += [] if items is not None else [f"what it writes to {name}"]
        return items
    if name.startswith(_STREAMS):
        unknown.append(f"what comes through {name}")
        return None
    path = find(name, item.source)
    if path is None:
        found.append(
            Diagnostic(
                "MLP1113",
                f"`{item.written}` is not here",
                item.source,
                Annotation(item.value, "not checked"),
                notes=("MACE exits with 2 where it does not find it",),
                help="call `mlipilot lint` where the file is, or check the path",
            )
        )
        return None
    source = read_text(path)
    if isinstance(source, Unreadable):
        found.append(Diagnostic("MLP1101", source.headline, item.source, Annotation(item.value), help=_WANTED))
        return None
    items, faults = read_yaml(source)
    found += faults
    return None if faults and not items else items


def _lint(
    items: list[Item],
    faults: list[Diagnostic],
    table: OptionTable,
    source: SourceFile,
    data: DataFiles | None,
    *,
    complete: bool = True,
    command: Command | None = None,
    broken: bool = False,
    seen: Seen | None = None,
) -> Looked:
    if broken:
        return Looked(faults)
    settings, found = resolve(items, table, source, complete)
    settings.command = command.span if command is not None else None
    looked = _look(settings, data or DataFiles(), {} if seen is None else seen)
    remarks = looked.remarks
    if command is None and not settings.has("name") and "name" not in settings.unreadable:
        remarks = (*remarks, "`name` is not given here: `mace_run_train` needs `--name` beside `--config`")
    judged = without_doubts_of_faults([*judge(settings), *looked.diagnostics])
    return Looked([*faults, *found, *judged], remarks, looked.scanned)


def _look(settings: Settings, data: DataFiles, seen: Seen) -> Looked:
    """The data check, or what it gave for a command of the same place and options."""
    given = sorted((name, repr(setting.value)) for name, setting in settings.given.items() if name not in _NO_MATTER)
    key = repr((settings.command, given, sorted(settings.unreadable), settings.complete))
    if key not in seen:
        seen[key] = check_data(settings, data), settings.isolated, settings.train_elements
    looked, settings.isolated, settings.train_elements = seen[key]
    return looked


def _unreadable(headline: str, help_: str) -> Diagnostic:
    return Diagnostic("MLP1101", headline, help=help_)


__all__ = ["DataFiles", "Linted", "lint_file", "lint_source"]
