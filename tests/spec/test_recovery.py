"""Every line of the copper example, spoilt in every way: one diagnostic, on that line, and the rest is still read."""

from __future__ import annotations

import re

import pytest
from faults import WHOLE, check, line_of, shown

LINES = WHOLE.split("\n")
PLANTED = "\nmodel planted : mace { channels = 0 }\n"


def code_of(line: str) -> str:
    """A line without its comment."""
    return re.sub(r'("[^"]*")|#.*', lambda match: match.group(1) or "", line)


NUMBERED = [(number, line) for number, line in enumerate(LINES, 1) if code_of(line).strip()]
IDS = [f"line {number}" for number, _ in NUMBERED]
every_line = pytest.mark.parametrize(("number", "line"), NUMBERED, ids=IDS)


def outside_strings(pattern: str, line: str) -> list[re.Match[str]]:
    """Matches of a pattern that do not begin inside a string or a comment."""
    code = code_of(line)
    return [m for m in re.finditer(pattern, code) if code[: m.start()].count('"') % 2 == 0]


def spoilt(number: int, line: str) -> str:
    """The example with a line replaced."""
    return "\n".join([*LINES[: number - 1], line, *LINES[number:]])


def expect_one(number: int, line: str, *, most: int = 1) -> None:
    """A spoilt line gives one diagnostic there, and a fault elsewhere is still reported."""
    text = spoilt(number, line)
    found = check(text + PLANTED)
    planted = [d for d in found if line_of(d) == text.count("\n") + 2]
    assert [d.code for d in planted] == ["MLP0205"], shown(found)
    rest = [d for d in found if d not in planted]
    assert 1 <= len(rest) <= most, f"{line}\n{shown(rest)}"
    assert {line_of(d) for d in rest} == {number}, f"{line}\n{shown(rest)}"


@pytest.mark.parametrize("token", ["$", "12 12", "oops oops", '"x" "x"', "~", "= ="])
@every_line
def test_a_bad_token_costs_one_diagnostic(number: int, line: str, token: str) -> None:
    tokens = outside_strings(r'"[^"]*"|\w+(?:\.\w+)?|[^\s\w]', line)
    for match in tokens[:: max(1, len(tokens) // 2)]:
        expect_one(number, f"{line[: match.end()]} {token} {line[match.end() :]}", most=2)


@every_line
def test_a_lost_equals_sign_costs_one_diagnostic(number: int, line: str) -> None:
    for match in outside_strings(r"(?<![<>])=", line):
        expect_one(number, line[: match.start()] + line[match.end() :])


@every_line
def test_a_misspelt_field_costs_one_diagnostic(number: int, line: str) -> None:
    for match in outside_strings(r"\b\w+(?=\s*=)", line):
        for wrong in (match.group() + "x", match.group()[1:] or "zz", "zzzzz"):
            expect_one(number, line[: match.start()] + wrong + line[match.end() :])


@every_line
def test_a_misspelt_unit_costs_one_diagnostic(number: int, line: str) -> None:
    for match in outside_strings(r"(?<=\d )([^\W\d][\w/]*|%)", line):
        for wrong in ("x" + match.group().replace("%", "pc"), "blorb"):
            expect_one(number, line[: match.start()] + wrong + line[match.end() :])


@every_line
def test_a_lost_value_costs_one_diagnostic(number: int, line: str) -> None:
    value = r'(?<=[=] )\s*("[^"]*"|[\w.]+\([^()]*\)|\[[^\]]*\]|[^\s,(){}]+)'
    for match in outside_strings(value, line):
        expect_one(number, line[: match.start()] + line[match.end() :])


@pytest.mark.parametrize(
    ("number", "line"), [(number, line) for number, line in NUMBERED if re.match(r"\s+\w+\s*=", line)]
)
def test_a_repeated_field_costs_one_diagnostic(number: int, line: str) -> None:
    found = check(spoilt(number, f"{line}\n{line}"))
    assert [(d.code, line_of(d)) for d in found] == [("MLP0405", number + 1)], shown(found)


@every_line
def test_a_lost_bracket_costs_one_diagnostic_that_names_a_bracket(number: int, line: str) -> None:
    for match in outside_strings(r"[][(){}]", line):
        text = spoilt(number, line[: match.start()] + line[match.end() :])
        found = check(text + PLANTED)
        planted = [d for d in found if d.code == "MLP0205"]
        rest = [d for d in found if d not in planted]
        assert len(planted) == len(rest) == 1, f"{match.group()} of {line}\n{shown(found)}"
        assert re.fullmatch(expected(match.group(), line[: match.start()]), f"{rest[0].code} {rest[0].headline}")


def expected(lost: str, before: str) -> str:
    """What is said of a bracket that was lost: an opener's partner closes nothing, or what stands around it."""
    if lost == "{":
        return "MLP0103 `.*` has no `{`"
    if lost == "[" and before.count("(") - before.count(")") == 1:
        return r"MLP0102 `\(` is never closed"
    opener = {")": "(", "]": "[", "}": "{"}.get(lost)
    if opener is not None:
        return re.escape(f"MLP0102 `{opener}` is never closed")
    return re.escape(f"MLP0103 `{ {'(': ')', '[': ']'}[lost] }` closes nothing")


@every_line
def test_a_bracket_too_many_costs_one_diagnostic(number: int, line: str) -> None:
    tokens = outside_strings(r'"[^"]*"|\w+(?:\.\w+)?|[^\s\w]', line)
    for bracket in "{}()[]":
        for match in tokens[:: max(1, len(tokens) // 2)]:
            found = check(spoilt(number, f"{line[: match.end()]} {bracket} {line[match.end() :]}"))
            assert [line_of(d) for d in found] == [number], f"{bracket} in {line}\n{shown(found)}"
