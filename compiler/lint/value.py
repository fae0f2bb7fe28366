"""An option's written value as MACE reads it, or why MACE would refuse it."""

from __future__ import annotations

import ast
from typing import Any, NamedTuple

from mlipilot.compiler.backends.mace.knowledge import DICTIONARIES, LATE_CHOICES, LISTS, SAMPLES
from mlipilot.compiler.backends.mace.options import Option
from mlipilot.compiler.lint.item import Item
from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.schema.synonyms import synonym
from mlipilot.spec.suggest import nearest, same_letters

STOPS = "`mace_run_train` exits with 2 before it reads any data"
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
"""What the reader of the YAML file takes for a flag."""
_TRUE_WORDS, _FALSE_WORDS = ("yes", "true", "t", "y", "1"), ("no", "false", "f", "n", "0")
"""What MACE takes for a truth value."""


class Reading(NamedTuple):
    """A value, or the diagnostic that says why there is none."""

    value: Any = None
    diagnostic: Diagnostic | None = None


def read_value(option: Option, item: Item) -> Reading:
    """The value of an item as its option's type."""
    written = item.written
    if isinstance(written, dict) and option.name not in DICTIONARIES:
        return Reading(None, section(item, option))
    if isinstance(written, dict):
        return Reading(written)
    if isinstance(written, (list, tuple)) and not option.many:
        return _list(option, item)
    if option.many:
        return Reading([str(part) for part in written] if isinstance(written, list) else [str(written)])
    if option.is_flag:
        return _flag(option, item)
    return _single(option, item, str(written))


def section(item: Item, option: Option | None) -> Diagnostic:
    """Says that an item has options of its own."""
    taken = option is not None and option.type == "str" and not option.choices
    return Diagnostic(
        "MLP1104",
        f"`{item.word}` is a section, and options have no sections",
        item.source,
        Annotation(item.key, "a section"),
        notes=("MACE takes the section's text for the value" if taken else STOPS,),
        help="write its options at the top, without indentation",
    )


def _single(option: Option, item: Item, text: str) -> Reading:
    value: Any = text
    try:
        match option.type:
            case "int":
                value = int(text)
            case "float":
                value = float(text)
            case "str2bool":
                if text.lower() not in (*_TRUE_WORDS, *_FALSE_WORDS):
                    raise ValueError
                value = text.lower() in _TRUE_WORDS
            case "check_float_or_none":
                value = None if text == "None" else float(text)
    except ValueError:
        return _wrong_type(option, item, text)
    if option.choices and text not in option.choices:
        return _wrong_choice(item, text, option.choices, STOPS)
    late = LATE_CHOICES.get(option.name)
    if late is not None and text not in late.words:
        return _wrong_choice(item, text, late.words, late.consequence)
    return Reading(value)


def _flag(option: Option, item: Item) -> Reading:
    if item.written is None:
        return Reading(option.sets)
    text = str(item.written).lower()
    if text in _TRUE:
        return Reading(option.sets)
    if text in _FALSE:
        return Reading(option.default)
    return _fault("MLP1105", item, f"`{item.word}` takes `true` or `false`, not `{_shown(text)}`", "not a truth value")


def _wrong_type(option: Option, item: Item, text: str) -> Reading:
    kind = {
        "int": "a whole number",
        "float": "a number",
        "str2bool": "`true` or `false`",
        "check_float_or_none": "a number or `None`",
    }[option.type]
    fix = None
    if option.type == "int":
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if number.is_integer() and abs(number) < 1e15:
            fix = Fix(f"write `{int(number)}`", (Edit(item.value, str(int(number))),))
    return _fault("MLP1105", item, f"`{item.word}` takes {kind}, not `{_shown(text)}`", f"not {kind}", fix=fix)


def _wrong_choice(item: Item, text: str, words: tuple[str, ...], consequence: str) -> Reading:
    other = synonym(text, words)
    near = other or nearest(text, words)
    sure = Applicability.SAFE if other is not None or (near and same_letters(near, text)) else Applicability.UNSAFE
    fix = Fix(f"write `{near}`", (Edit(item.value, near),), sure) if near else None
    help_ = "one of " + ", ".join(f"`{word}`" for word in words)
    headline = f"`{_shown(text)}` is no value of `{item.word}`"
    return _fault("MLP1106", item, headline, "unknown value", help_, fix, consequence)


def _list(option: Option, item: Item) -> Reading:
    headline = f"`{item.word}` takes one value, not a list"
    if option.name in LISTS and not item.command_line:  # a list of numbers that MACE evaluates itself
        text = " ".join(item.source.slice(item.value).split())
        if text.startswith("[") and '"' not in text:
            quoted = f'"{text}"'
            fix = Fix("write the list as a string", (Edit(item.value, quoted),))
            return _fault("MLP1104", item, headline, "a list", f"write it as a string: `{item.word}: {quoted}`", fix)
        return _fault("MLP1104", item, headline, "a list", f'write it as a string, such as `"{SAMPLES[option.name]}"`')
    help_ = "join the files into one" if option.name.endswith("_file") else "write one value"
    taken = "MACE takes the last of the list" if item.word not in option.spellings else STOPS
    return _fault("MLP1104", item, headline, "a list", help_, consequence=taken)


def _fault(
    code: str, item: Item, headline: str, label: str, help_: str = "", fix: Fix | None = None, consequence: str = STOPS
) -> Reading:
    primary = Annotation(item.value, label)
    return Reading(None, Diagnostic(code, headline, item.source, primary, notes=(consequence,), help=help_, fix=fix))


def _shown(text: str) -> str:
    """A value as a headline shows it: its beginning, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:57] + "…"


def literal(value: Any) -> Any:
    """What MACE makes of a value that it evaluates: a dictionary or list; None where it is none."""
    if not isinstance(value, str):
        return value
    try:
        return ast.literal_eval(value)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


__all__ = ["STOPS", "Reading", "literal", "read_value", "section"]
