"""What other languages have and this one lacks (comments, dictionaries, powers), each with what stands here instead.

A row holds where a fault lies inside its pattern, so that text that can be read is never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import NamedTuple

from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.schema import BLOCKS
from mlipilot.spec.schema.types import CallOf
from mlipilot.spec.source import SourceFile, Span


class _Remedy(NamedTuple):
    """What is said of a match, and the text that would stand in its place, if that can be told."""

    headline: str
    label: str
    help: str
    replacement: str | None = None
    sure: bool = False


class _Habit(NamedTuple):
    """A form, and what is to be said of it; nothing where a match is none after all."""

    pattern: re.Pattern[str]
    remedy: Callable[[re.Match[str]], _Remedy | None]


def foreign(source: SourceFile, place: int) -> Diagnostic | None:
    """The form of another language that a fault at an offset lies in; None where it lies in none that is known."""
    line = source.location(place).line
    start, text = source.line_starts[line - 1], source.line(line)
    for habit in _HABITS:
        for match in habit.pattern.finditer(text):
            if not match.start() <= place - start <= match.end():
                continue
            found = habit.remedy(match)
            if found is not None:
                return _diagnostic(source, Span(start + match.start(), start + match.end()), found)
    return None


def _diagnostic(source: SourceFile, span: Span, found: _Remedy) -> Diagnostic:
    fix = None
    if found.replacement is not None:
        sure = Applicability.SAFE if found.sure else Applicability.UNSAFE
        fix = Fix(f"write `{found.replacement}`", (Edit(span, found.replacement),), sure)
    return Diagnostic("MLP0101", found.headline, source, Annotation(span, found.label), help=found.help, fix=fix)


def _comment(match: re.Match[str]) -> _Remedy:
    begin, text = match.group(1), match.group(2).strip()
    closed = text.removesuffix("*/").rstrip()
    replacement = None if begin == "/*" and closed == text else f"# {closed}".rstrip()
    return _Remedy(f"`{begin}` begins no comment", "a comment begins with `#`", "write `#`", replacement, sure=True)


def _environment(match: re.Match[str]) -> _Remedy:
    what = "a spec reads no environment and has no templates"
    return _Remedy(what, "not looked up", "write the value itself; `--set` of `mlipilot edit` changes it for a run")


def _hexadecimal(match: re.Match[str]) -> _Remedy:
    number = str(int(match.group(), 16))
    return _Remedy("numbers are decimal", "hexadecimal", f"write `{number}`", number, sure=True)


def _irreps(match: re.Match[str]) -> _Remedy:
    orders = [int(order) for order in re.findall(r"x(\d+)[eo]", match.group())]
    channels = match.group(1)
    return _Remedy(
        f"`{match.group()}` is written as a number of channels and a highest order",
        "irreps",
        f"write `channels = {channels}` and `max_L = {max(orders)}`",
        channels,
    )


def _power(match: re.Match[str]) -> _Remedy:
    base, exponent = match.group(1), int(match.group(3))
    help_ = "write the number, such as `1e-3`"
    if base.isdecimal() and 0 <= exponent <= 12 and len(base) <= 3:
        value = str(int(base) ** exponent)
        return _Remedy("there are no powers", "a power", f"write `{value}`", value)
    return _Remedy("there are no powers", "a power", help_)


def _arrow(match: re.Match[str]) -> _Remedy:
    meant = {"=>": ">=", "=<": "<=", ":=": "=", "&&": "and", "||": "or"}[match.group()]
    return _Remedy(
        f"`{match.group()}` is written `{meant}`", f"write `{meant}`", f"write `{meant}`", meant, sure=meant == "="
    )


def _clock(match: re.Match[str]) -> _Remedy:
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = Fraction(hours * 3600 + minutes * 60 + seconds)
    unit, size = next((u, s) for u, s in (("h", 3600), ("min", 60), ("s", 1)) if total % s == 0)
    meant = f"{total / size} {unit}"
    return _Remedy("a time is a number with a unit", "hours and minutes", f"write `{meant}`", meant)


def _numbered(match: re.Match[str]) -> _Remedy | None:
    if not _is_value(match):
        return None
    word = match.group(1)
    help_ = f"write `{word}`"
    if word == "cuda":
        help_ += "; which one it is, the environment of the run says (`CUDA_VISIBLE_DEVICES`)"
    return _Remedy(f"`{match.group()}` is no value: no number belongs to the word", "one word", help_, word)


def _tuple(match: re.Match[str]) -> _Remedy | None:
    if not _is_value(match):
        return None
    meant = f"[{match.group(1).strip().rstrip(',')}]"
    return _Remedy("a list stands in `[ ]`, not in `( )`", "a list", f"write `{meant}`", meant)


def _dictionary(match: re.Match[str]) -> _Remedy:
    if match.group(2).startswith("{"):
        return _environment(match)
    name, inner = match.group(1), match.group(2).strip().rstrip("}").strip()
    arguments = re.sub(r"[\"']?(\w+)[\"']?\s*[:=]\s*", r"\1 = ", inner)
    calls = [
        signature
        for schema in BLOCKS.values()
        for field in schema.fields
        if field.name == name and isinstance(field.type, CallOf)
        for signature in field.type.signatures
        if signature.parameters
    ]
    given = set(re.findall(r"(\w+) = ", arguments))
    best = max(calls, key=lambda call: len(given & {p.name for p in call.parameters}), default=None)
    help_ = "`{ }` holds the fields of a block"
    if best is not None:
        call = f"{best.name}({arguments or ', '.join(p.name + ' = …' for p in best.parameters)})"
        help_ += f"; write `{name} = {call}`"
    return _Remedy(f"`{name}` takes a value, not `{{ }}`", "a dictionary", help_)


def _hyphen(match: re.Match[str]) -> _Remedy:
    if _is_value(match):
        meant = f'"{match.group()}"'
        return _Remedy("a text stands in quotes", "a text", f"write `{meant}`", meant)
    meant = match.group().replace("-", "_")
    return _Remedy("a name has letters, digits and `_`", "not one name", f"write `{meant}`", meant)


def _comma(match: re.Match[str]) -> _Remedy | None:
    before = match.string[: match.start()]
    if before.count("[") > before.count("]") or before.count("(") > before.count(")"):
        return None  # two items
    meant = match.group().replace(",", ".")
    return _Remedy(
        f"`{match.group()}` is no number: a decimal point is `.`", "a decimal comma", f"write `{meant}`", meant
    )


def _import(match: re.Match[str]) -> _Remedy | None:
    text = match.group().strip()
    keyword, _, rest = text.partition(text[len(match.group(1))] if len(text) > len(match.group(1)) else " ")
    if rest.lstrip().startswith(("=", "~", "<")) and keyword != "import":
        return None  # a field of that name
    quoted = re.search(r"[\"'<]([^\"'<>]+)[\"'>]", text)
    words = re.findall(r"[\w./-]+", text)
    path = quoted.group(1) if quoted else (words[1] if len(words) > 1 else "base")
    path = path if "." in path or "/" in path else f"{path}.mlp"
    alias = re.search(r"\bas\s+[\"']?(\w+)", text)
    name = alias.group(1) if alias else re.sub(r"\W", "_", path.rsplit("/", 1)[-1].removesuffix(".mlp"))
    meant = f'import "{path}" as {name}'
    if meant == text:
        return None
    what = "an import names a file, in quotes, and what its blocks are called by"
    return _Remedy(what, "not of this form", f"write `{meant}`", meant)


def _item(match: re.Match[str]) -> _Remedy:
    return _Remedy("a list stands in `[ ]`", "an item of a list", "write `name = [a, b]`")


def _section(match: re.Match[str]) -> _Remedy | None:
    kind = match.group(1).split(".")[0]
    known = next((schema for schema in BLOCKS.values() if schema.kind == kind), None)
    tag = f" : {known.tag}" if known is not None and known.tag else ""
    name = " name" if known is None or known.label == "word" else ""
    return _Remedy("a block stands in `{ }`", "a section", f"write `{kind}{name}{tag} {{`, its fields, and `}}`")


def _is_value(match: re.Match[str]) -> bool:
    """Whether a match stands where a value does."""
    return bool(re.search(r"[=(\[,]\s*$", match.string[: match.start()]))


def _rows() -> Iterator[_Habit]:
    for pattern, remedy in (
        (r"(//|/\*)(.*)", _comment),
        (r"\$\{?\w+\}?|\{\{.*?\}\}|\{%.*?%\}", _environment),
        (r"\b0[xX][0-9a-fA-F]+\b", _hexadecimal),
        (r"\b(\d+)x\d+[eo](?:\s*\+\s*\d+x\d+[eo])*", _irreps),
        (r"\b(\d[\w.]*)\s*(\*\*|\^)\s*(-?\d+)", _power),
        (r"=>|=<|:=|&&|\|\|", _arrow),
        (r"\b(\d+):(\d\d)(?::(\d\d))?\b", _clock),
        (r"\b([^\W\d]\w*):(\d+)\b", _numbered),
        (r"\(([^()=]*,[^()=]*)\)", _tuple),
        (r"\b(\w+)\s*=\s*\{([^\n]*)", _dictionary),
        (r"\b[^\W\d]\w*(?:-\w[\w.]*)+", _hyphen),
        (r"\b\d+,\d+(?:\s+[^\W\d]\S*)?", _comma),
        (r"^\s*(import|include|using|use|load|from)\b[^#]*", _import),
        (r"^\s*-\s+\S.*", _item),
        (r"^\s*\[([\w.]+)\]\s*$", _section),
    ):
        yield _Habit(re.compile(pattern), remedy)


_HABITS = tuple(_rows())

__all__ = ["foreign"]
