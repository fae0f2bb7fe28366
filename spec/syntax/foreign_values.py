"""Forms of values that other languages have: numbers, operators, units, quotes, and what stands here instead."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise

from mlipilot.spec.schema import BLOCKS
from mlipilot.spec.schema.types import CallOf, describe
from mlipilot.spec.syntax.remedies import Remedy, Row, is_value, written
from mlipilot.spec.units import Unit, nearest_unit, unit

_SIGNS = {"=>": ">=", "=<": "<=", ":=": "=", "->": "=", "?=": "=", "+=": "=", "*=": "=", "&&": "and", "||": "or"}


def _environment(match: re.Match[str]) -> Remedy:
    what = "a spec reads no environment and has no templates"
    named = re.search(r"(\w+)\s*(?:=|<=)\s*\"?$", match.string[: match.start()])
    types = {
        schema_field.type
        for schema in BLOCKS.values()
        for schema_field in schema.fields
        if named and schema_field.name == named.group(1)
    }
    takes = f": `{named.group(1)}` takes {describe(types.pop())}" if named and len(types) == 1 else ""
    return Remedy(what, "not looked up", f"write the value itself{takes}")


def _hexadecimal(match: re.Match[str]) -> Remedy:
    number = str(int(match.group(), 16))
    return Remedy("numbers are decimal", "hexadecimal", f"write `{number}`", number, sure=True)


def _irreps(match: re.Match[str]) -> Remedy:
    orders = [int(order) for order in re.findall(r"x(\d+)[eo]", match.group())]
    channels = match.group(1)
    return Remedy(
        f"`{match.group()}` is written as a number of channels and a highest order",
        "irreps",
        f"write `channels = {channels}` and `max_L = {max(orders)}`",
        channels,
    )


def _power(match: re.Match[str]) -> Remedy:
    base, exponent = match.group(1), int(match.group(3))
    help_ = "write the number, such as `1e-3`"
    if base.isdecimal() and 0 <= exponent <= 12 and len(base) <= 3:
        value = str(int(base) ** exponent)
        return Remedy("there are no powers", "a power", f"write `{value}`", value)
    return Remedy("there are no powers", "a power", help_)


def _arrow(match: re.Match[str]) -> Remedy:
    meant = _SIGNS[match.group()]
    return written(f"`{match.group()}` is written `{meant}`", f"write `{meant}`", meant, sure=match.group() == ":=")


def _clock(match: re.Match[str]) -> Remedy:
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = Fraction(hours * 3600 + minutes * 60 + seconds)
    unit, size = next((u, s) for u, s in (("h", 3600), ("min", 60), ("s", 1)) if total % s == 0)
    meant = f"{total / size} {unit}"
    return Remedy("a time is a number with a unit", "hours and minutes", f"write `{meant}`", meant)


def _numbered(match: re.Match[str]) -> Remedy | None:
    if not is_value(match):
        return None
    word = match.group(1)
    help_ = f"write `{word}`"
    if word == "cuda":
        help_ += "; which one it is, the environment of the run says (`CUDA_VISIBLE_DEVICES`)"
    return Remedy(f"`{match.group()}` is no value: no number belongs to the word", "one word", help_, word)


def _tuple(match: re.Match[str]) -> Remedy | None:
    if not is_value(match):
        return None
    meant = f"[{match.group(1).strip().rstrip(',')}]"
    return Remedy("a list stands in `[ ]`, not in `( )`", "a list", f"write `{meant}`", meant)


def _dictionary(match: re.Match[str]) -> Remedy:
    if match.group(3).startswith("{"):
        return _environment(match)
    name, inner = match.group(1), match.group(3).strip().rstrip(",")
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
    help_, meant = "`{ }` holds the fields of a block", None
    if best is not None:
        call = f"{best.name}({arguments or ', '.join(p.name + ' = …' for p in best.parameters)})"
        help_ += f"; write `{name} = {call}`"
        meant = call if given and match.group(4) else None
    return Remedy(f"`{name}` takes a value, not `{{ }}`", "a dictionary", help_, meant)


def _hyphen(match: re.Match[str]) -> Remedy:
    if is_value(match):
        meant = f'"{match.group()}"'
        return Remedy("a text stands in quotes", "a text", f"write `{meant}`", meant)
    meant = match.group().replace("-", "_")
    return Remedy("a name has letters, digits and `_`", "not one name", f"write `{meant}`", meant)


def _divided(match: re.Match[str]) -> Remedy | None:
    """`model a/b`: a name that only a unit could be."""
    if is_value(match) or match.string[: match.start()].rstrip()[-1:].isdecimal():
        return None
    meant = re.sub(r"\W+", "_", match.group())
    return written("a name has letters, digits and `_`", "not one name", meant)


def _comma(match: re.Match[str]) -> Remedy | None:
    before = match.string[: match.start()]
    if before.count("[") > before.count("]") or before.count("(") > before.count(")"):
        return None  # two items
    if re.fullmatch(r"[1-9]\d?\d?(?:,\d{3})+", match.group()):
        whole, point = match.group().replace(",", ""), match.group().replace(",", ".", 1)
        help_ = f"write `{whole}`" + (f", or `{point}` if a decimal point is meant" if point.count(",") == 0 else "")
        return Remedy(f"`{match.group()}` is no number: it has no comma", "a comma in a number", help_)
    meant = match.group().replace(",", ".")
    return Remedy(
        f"`{match.group()}` is no number: a decimal point is `.`", "a decimal comma", f"write `{meant}`", meant
    )


def _path(match: re.Match[str]) -> Remedy | None:
    """`data/train.xyz`, `~/data/train.xyz` without quotes."""
    return written("a text stands in quotes", "a path", f'"{match.group()}"') if is_value(match) else None


def _unit_word(word: str) -> str | None:
    """The unit that a word is, or clearly means."""
    return word if isinstance(unit(word), Unit) else nearest_unit(word)


def _marked_unit(match: re.Match[str]) -> Remedy | None:
    """`2 * fs`, `2_fs`, `2 "fs"`, `2 [fs]`."""
    if not isinstance(unit(match.group(2)), Unit):
        return None
    return written("a unit follows its number after a blank", "a unit", f"{match.group(1)} {match.group(2)}")


def _dotted_unit(match: re.Match[str]) -> Remedy | None:
    """`5 ps.`."""
    found = _unit_word(match.group(2))
    if found is None:
        return None
    return written("a unit has no dot at its end", "a dot", f"{match.group(1)} {found}")


def _several_units(match: re.Match[str]) -> Remedy | None:
    """`2 h 30 min`, `2 hours 30 minutes`, `2h30m`; in a list, and where the units do not descend, two quantities."""
    parts: list[tuple[str, str, Unit]] = []
    for number, word in re.findall(r"(\d+(?:\.\d+)?)\s*([^\W\d]+)", match.group()):
        named = _MINUTES.get(word) or _unit_word(word)
        found = unit(named) if named is not None else ""
        if named is None or not isinstance(found, Unit) or (parts and found.dimension != parts[-1][2].dimension):
            return None
        parts.append((number, named, found))
    if not parts:
        return None
    before = match.string[: match.start()]
    if before.count("[") > before.count("]"):
        items = ", ".join(f"{number} {named}" for number, named, _ in parts)
        return written("items of a list have a comma between them", "a comma is missing", items)
    factors = [found.factor for _, _, found in parts]
    if any(later >= earlier for earlier, later in pairwise(factors)):
        return Remedy("a quantity is one number with one unit", "several quantities", "write the one that is meant")
    _, named, last = parts[-1]
    total = sum(Fraction(number) * found.factor for number, _, found in parts)
    return written(
        "a quantity is one number with one unit", "several units", f"{float(total / last.factor):.10g} {named}"
    )


def _shared_unit(match: re.Match[str]) -> Remedy | None:
    """`[300, 600] K`, `(300, 600) K`."""
    if not isinstance(unit(match.group(2)), Unit):
        return None
    items = ", ".join(f"{item.strip()} {match.group(2)}" for item in match.group(1).split(",") if item.strip())
    return written("each item of a list has a unit of its own", "a list with a unit", f"[{items}]")


_MINUTES = {"m": "min"}


def _calculated(match: re.Match[str]) -> Remedy | None:
    """`1/2`, `4 * 2`."""
    left, right = Fraction(match.group(1)), Fraction(match.group(3))
    if match.group(2) == "/" and not right:
        return None
    value = left * right if match.group(2) == "*" else left / right
    shown = f"{float(value):.10g}"
    if Fraction(shown) != value:
        return Remedy("values are not calculated", "a calculation", "write the number")
    return written("values are not calculated", "a calculation", shown)


def _choice(match: re.Match[str]) -> Remedy:
    help_ = "write the value that is meant; a `search` block tries several"
    return Remedy("a value depends on no condition", "a condition", help_)


def _prefixed(match: re.Match[str]) -> Remedy:
    if "{" in match.group(1):
        return Remedy("nothing is put into a text", "a template", "write the text as it is to be")
    return written("a text has no letter before its quotes", "a prefix", match.group(1))


def _anchor(match: re.Match[str]) -> Remedy | None:
    if not is_value(match) and match.string[: match.start()].strip(" :<"):
        return None
    help_ = "write each field where it belongs; blocks of another file come by `import`"
    return Remedy(f"`{match.group()}` stands for nothing", "no anchors, and nothing is unpacked", help_)


def _negated(match: re.Match[str]) -> Remedy:
    return written("`!` is written `not`", "write `not`", f"not {match.group(1)}")


def _indexed(match: re.Match[str]) -> Remedy | None:
    if match.group(1) in ("in", "and", "or", "not"):
        return None
    return Remedy("no value has an index", "an index", "write the value itself, or the whole list")


def _suffixed(match: re.Match[str]) -> Remedy | None:
    if isinstance(unit(match.group(2)), Unit):
        return None
    return written("a number has no letter after it", "a suffix", match.group(1))


def _other_base(match: re.Match[str]) -> Remedy:
    return written("numbers are decimal", "another base", str(int(match.group(), 0)), sure=True)


def _range(match: re.Match[str]) -> Remedy:
    low, mark, high = (match.group(place).strip() for place in (1, 2, 3))
    return written("a range is `low .. high`", f"`{mark}` is written `..`", f"{low} .. {high}")


def _plus_minus(match: re.Match[str]) -> Remedy:
    size = match.group(1).strip()
    if not is_value(match):
        return Remedy("a number has no uncertainty", "an uncertainty", "write the number alone")
    return written("a range is `low .. high`", "both signs", f"-{size} .. {size}")


def _placeholder(match: re.Match[str]) -> Remedy | None:
    if not is_value(match):
        return None
    return Remedy("a value is missing", f"`{match.group()}` is none", "write the value that is meant")


def _nothing(match: re.Match[str]) -> Remedy | None:
    if not is_value(match):
        return None
    return Remedy("there is no value for nothing", "nothing", "leave the field out, and its default holds")


def _endless(match: re.Match[str]) -> Remedy:
    return Remedy("a number is finite", "not a number here", "leave the field out where nothing limits it")


def _ticked(match: re.Match[str]) -> Remedy:
    return written("no value stands in backticks", "backticks", match.group(1))


def _continued(match: re.Match[str]) -> Remedy:
    return Remedy("no line is continued with `\\`", "a backslash", "lines go on inside `( )` and `[ ]` by themselves")


_NUMBER = r"-?\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?"
_SIZE = _NUMBER + r"(?:\s*%|\s+[^\W\d](?![\w]*\s*=)[\w/^]*)?"

ROWS: tuple[Row, ...] = (
    (r"\$\{?\w+\}?|\{\{.*?\}\}|\{%.*?%\}", _environment),
    (r"\b0[xX][0-9a-fA-F]+\b", _hexadecimal),
    (r"\b0[bB][01]+\b|\b0[oO][0-7]+\b", _other_base),
    (r"\b(\d+)x\d+[eo](?:\s*\+\s*\d+x\d+[eo])*", _irreps),
    (r"\b(\d[\w.]*)\s*(\*\*|\^)\s*(-?\d+)", _power),
    (r"[^\s=(,]+ if .+ else .+|[^\s=(,]+\s+\?\s*[^:]+:.*", _choice),
    (r"\b[fFrRbBuU]{1,2}(\"[^\"]*\"|'[^']*')", _prefixed),
    (r"=>|=<|:=|->|\?=|\+=|\*=|&&|\|\|", _arrow),
    (r"\b(\d+):(\d\d)(?::(\d\d))?\b", _clock),
    (r"\b([^\W\d]\w*):(\d+)\b", _numbered),
    (rf"(?<![\w.])({_SIZE})\s*(\bto\b|:|\.\.\.|…|–)\s*({_SIZE})", _range),
    (rf"(?:±|\+\s*/\s*-|\+-)\s*({_SIZE})", _plus_minus),
    (rf"[\[(](\s*{_NUMBER}(?:\s*,\s*{_NUMBER})*\s*,?\s*)[\])]\s*([^\W\d][\w/^]*|%)", _shared_unit),
    (r"\(([^()=]*,[^()=]*)\)", _tuple),
    (r"\b(\w+)\s*=\s*(?P<place>\{((?:[^{}\n]|\{[^{}\n]*\})*)(\}?))", _dictionary),
    (r"\b\d+(?:\.\d+)?\s*[^\W\d]+(?:\s*\d+(?:\.\d+)?\s*[^\W\d]+)+", _several_units),
    (r"\b(\d[\d.]*(?:[eE]-?\d+)?)\s*([^\W\d][\w/^]*)\.(?!\w)", _dotted_unit),
    (r"\b(\d[\d.]*(?:[eE]-?\d+)?)\s*[*_\"'\[(]\s*([^\W\d][\w/^]*)[\"'\])]?", _marked_unit),
    (r"\b(\d+(?:\.\d+)?)\s*([*/])\s*(\d+(?:\.\d+)?)", _calculated),
    (r"\b(\d+)([uUlLfFjJ]+)\b", _suffixed),
    (r"(?:~|\.{0,2})/?[^\W\d][\w.*-]*(?:/[\w.*-]+)*\.[^\W\d][\w.]*", _path),
    (r"\b[^\W\d]\w*(?:-\w[\w.]*)+", _hyphen),
    (r"\b[^\W\d]\w*(?:[/*^·]\w+)+", _divided),
    (r"\b\d+(?:,\d+)+(?:\s+[^\W\d]\S*)?", _comma),
    (r"(?:\*\*?|&)[^\W\d]\w*", _anchor),
    (r"!([^\W\d]\w*)", _negated),
    (r"\b([^\W\d][\w.]*)\[[^\]]*\]|(\])\[[^\]]*\]", _indexed),
    (r"`([^`]*)`", _ticked),
    (r"[-+]?\s*∞", _endless),
    (r"\?+|<\w+>|\.\.\.|…", _placeholder),
    (r"~(?=\s*$)", _nothing),
    (r"\\\s*$", _continued),
)
"""Forms of values, each looked for before those below it."""

__all__ = ["ROWS"]
