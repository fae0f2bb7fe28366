"""Mutated specs, and what must hold of whatever the checker says of one."""

from __future__ import annotations

import random
from pathlib import Path

from mlipilot.compiler.compile import check_source, compile_spec
from mlipilot.compiler.render import FORMATS, render
from mlipilot.spec.diagnostics import Diagnostic, has_errors
from mlipilot.spec.format import format_source
from mlipilot.spec.source import SourceFile

TESTS = Path(__file__).parents[1]
SEEDS = [
    (TESTS / name).read_text(encoding="utf-8")
    for name in ("compiler/copper.mlp", "spec/whole.mlp", "lang/eight.mlp", "fuzz/short.mlp")
]
BITS = [
    *'{}()[]=,.:;~"#\\\n\r\t %Å°²\0\u030a\u2028\u00a0“×',
    *('"""', " .. ", "<=", "1e999", "4.5 Å", "-", "require ", "because", "when", "model ", "stage ", "true", "edition"),
    *("search {", "choice(", " ~ ", " and ", " in [", 'import "x.mlp" as x\n', "refines base.x", "base.", "9" * 40),
]


def mutate(text: str, dice: random.Random) -> str:
    """A text with one to four cuts, repeats, swaps or insertions."""
    for _ in range(dice.choice((1, 1, 2, 4))):
        a = dice.randrange(len(text) + 1)
        b = min(len(text), a + dice.choice((1, 1, 3, 20, 200)))
        match dice.randrange(5):
            case 0:
                text = text[:a] + text[b:]
            case 1:
                text = text[:b] + text[a:]
            case 2:
                text = text[:a] + dice.choice(BITS) * dice.choice((1, 1, 1, 2, 70)) + text[a:]
            case 3:
                text = text[:a] + dice.choice(BITS) + text[b:]
            case _:
                c = dice.randrange(len(text) + 1)
                text = text[:a] + text[c : c + b - a] + text[a:]
    return text


def mutant(seed: int, number: int) -> str:
    """The mutated spec of a number: the same one whenever it is asked for."""
    dice = random.Random(f"{seed}/{number}")
    return mutate(SEEDS[number % len(SEEDS)], dice)


def examine(text: str, number: int) -> None:
    """Check a text as a user would; raises where something fails, or where a place lies outside the text."""
    checked = check_source(SourceFile("fuzzed.mlp", text))
    for diagnostic in checked.diagnostics:
        _assert_sound(diagnostic, text)
    if number % 16 == 0:
        for name in FORMATS:
            render(checked.diagnostics, name)
    if not has_errors(checked.diagnostics):
        assert checked.spec is not None
        compile_spec(checked.spec)
        formatted = format_source(SourceFile("fuzzed.mlp", text))
        assert isinstance(formatted, str)
        assert format_source(SourceFile("formatted.mlp", formatted)) == formatted


def _assert_sound(diagnostic: Diagnostic, text: str) -> None:
    """Every place of a diagnostic lies in the text."""
    edits = diagnostic.fix.edits if diagnostic.fix is not None else ()
    places = [diagnostic.primary, *diagnostic.secondary] if diagnostic.primary is not None else []
    for span in [place.span for place in places if place is not None] + [edit.span for edit in edits]:
        assert 0 <= span.start <= span.end <= len(text), diagnostic
    assert diagnostic.headline
