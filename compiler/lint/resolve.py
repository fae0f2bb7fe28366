"""Items to settings: each word to its option, each value to its type; what was written twice, or not at all."""

from __future__ import annotations

from mlipilot.compiler.backends.mace.options import Option, OptionTable
from mlipilot.compiler.backends.mace.table import bundled_table
from mlipilot.compiler.lint.item import UNKNOWN, Item
from mlipilot.compiler.lint.settings import Setting, Settings
from mlipilot.compiler.lint.value import STOPS, read_value, section
from mlipilot.compiler.lint.yaml_file import repeated
from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.schema import BLOCKS
from mlipilot.spec.schema.synonyms import synonym
from mlipilot.spec.source import SourceFile
from mlipilot.spec.suggest import nearest, same_letters

_NEEDED = ("name", "train_file")
"""Options without which there is no training."""


def resolve(
    items: list[Item], table: OptionTable, source: SourceFile, complete: bool = True
) -> tuple[Settings, list[Diagnostic]]:
    """The settings of items in the order in which MACE takes them: a later one wins."""
    settings = Settings(table, source, complete=complete)
    found: list[Diagnostic] = []
    first: dict[str, Item] = {}
    exact = {option.name for item in items if (option := table.find(item.word)) is not None}
    for position, item in enumerate(items):
        option, fault = _option(item, table, exact)
        found += fault
        unknown = next((diagnostic for diagnostic in fault if diagnostic.code == "MLP1102"), None)
        if option is None or option.config:
            continue
        if unknown is not None and unknown.fix is not None and unknown.fix.applicability is Applicability.UNSAFE:
            settings.unreadable.add(option.name)  # a guess: nothing is said of its value, nor that there is none
            continue
        before = first.get(option.name)
        if before is not None and before.source is item.source:
            other = before.word if before.word != item.word else ""
            same = before.written == item.written and item.written is not UNKNOWN
            found.append(repeated(item.word, item.source, before.key, item.key, other, same=same))
        first[option.name] = item
        if any(x.source is not item.source and table.find(x.word) is option for x in items[position + 1 :]):
            continue  # a file's, and the command line says it again: MACE never sees it
        settings.given.pop(option.name, None)
        settings.unreadable.discard(option.name)
        if item.written is UNKNOWN:
            settings.unreadable.add(option.name)
        elif item.written is None and not (item.command_line and option.is_flag):
            found.append(_empty(item, option))
        else:
            value, diagnostic = read_value(option, item)
            if diagnostic is not None:
                found.append(diagnostic)
                settings.unreadable.add(option.name)
            else:
                settings.given[option.name] = Setting(option, value, item)
    return settings, found


def _option(item: Item, table: OptionTable, exact: set[str]) -> tuple[Option | None, list[Diagnostic]]:
    """The option of an item; no word is meant for one of `exact`, which are given."""
    option = table.find(item.word)
    if option is not None:
        return option, []
    candidates = table.abbreviated(item.word)
    if isinstance(item.written, dict):
        return None, [section(item, table.find(candidates[0]) if len(candidates) == 1 else None)]
    if len(candidates) == 1:
        option = table.find(candidates[0])
        if option is not None and option.is_flag and item.written is not None and not item.command_line:
            # The file's reader writes `--word=true` for what it does not know, and a flag takes no value.
            full = Fix(f"write `{option.name}`", (Edit(item.key, _like(item, candidates[0])),))
            headline = f"`{item.word}` is no option, and a flag cannot be abbreviated in a file"
            return None, [_unknown(item, headline, "unknown option", "", full)]
        return option, [_abbreviated(item, candidates[0])]
    if candidates:
        shown = ", ".join(f"`{word}`" for word in candidates[:6]) + (" …" if len(candidates) > 6 else "")
        return None, [_unknown(item, f"`{item.word}` may be {shown}", "several options begin so", "write one in full")]
    other = _synonym(item.word, table)
    near = other or nearest(item.word, table.by_spelling)
    meant = table.find(near) if near else None
    is_given = meant is not None and meant.name in exact
    release = bundled_table()
    if release.find(item.word) is not None and release.version != table.version:
        help_ = f"mace-torch {release.version} has it, and {table.version} is installed: upgrade, or leave it out"
        return None, [
            _unknown(item, f"mace-torch {table.version} has no option `{item.word}`", "unknown option", help_)
        ]
    headline = f"mace-torch {table.version} has no option `{item.word}`"
    help_ = f"did you mean `{near}`?" if near else "`mace_run_train --help` lists the options"
    if other is not None:
        help_ = f"it is `{other}` here"
    sure = Applicability.SAFE if other is not None or (near and same_letters(near, item.word)) else Applicability.UNSAFE
    if is_given:
        help_ = f"it is `{near}` here, which is given too" if other else "remove it"
    fix = Fix(f"write `{near}`", (Edit(item.key, _like(item, near)),), sure) if near and not is_given else None
    return None if is_given else meant, [_unknown(item, headline, "unknown option", help_, fix)]


def _synonym(word: str, table: OptionTable) -> str | None:
    """The option that has another name elsewhere: in a spec, or in another tool."""
    options = {
        field.name: field.option
        for schema in BLOCKS.values()
        for field in schema.fields
        if field.option is not None and table.find(field.option) is not None
    }
    return options.get(word) or options.get(synonym(word, options) or "")


def _like(item: Item, word: str) -> str:
    """A word with the dashes that an item's has in the file."""
    text = item.source.slice(item.key)
    return "--" + word if text.startswith("--") else word


def _unknown(item: Item, headline: str, label: str, help_: str, fix: Fix | None = None) -> Diagnostic:
    empty = item.written is None and not item.command_line
    note = "MACE passes over it, because it has no value" if empty else STOPS
    return Diagnostic("MLP1102", headline, item.source, Annotation(item.key, label), notes=(note,), help=help_, fix=fix)


def _abbreviated(item: Item, spelling: str) -> Diagnostic:
    return Diagnostic(
        "MLP1107",
        f"`{item.word}` is taken for `{spelling}`",
        item.source,
        Annotation(item.key, "an abbreviation"),
        notes=(
            "MACE completes a unique beginning without a word; another release may refuse it, or mean another option",
        ),
        fix=Fix(f"write `{spelling}`", (Edit(item.key, _like(item, spelling)),)),
    )


def _empty(item: Item, option: Option) -> Diagnostic:
    if option.name in _NEEDED:
        consequence = "MACE leaves it out, and stops before it reads any data"
        primary = Annotation(item.key, "empty")
        help_ = "give it a value"
        headline = f"`{item.word}` has no value"
        return Diagnostic("MLP1108", headline, item.source, primary, notes=(consequence,), help=help_)
    return Diagnostic(
        "MLP1110",
        f"`{item.word}` has no value",
        item.source,
        Annotation(item.key, "empty"),
        notes=("MACE leaves it out and takes its default",),
        help="give it a value, or remove the line",
    )


__all__ = ["resolve"]
