"""Mutated specs: no text makes the checker or a renderer fail, and every place it names lies in the text."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from copper import ROOT, TEXT

from mlipilot.compiler.compile import check_source, compile_spec
from mlipilot.compiler.render import FORMATS, render
from mlipilot.spec.diagnostics import Diagnostic, has_errors
from mlipilot.spec.source import SourceFile

SEARCH = """
import "base.mlp" as base
search {
    potential.channels ~ choice(8, 16) when fit.forces.enabled and not x in [1, 2]
    require potential.channels <= 16 when potential.r_max > 5.5 Å because "fits the card"
}
scorecard strict refines base.copper { }
"""
SEEDS = [TEXT, TEXT + SEARCH, (Path(ROOT) / "tests/lang/eight.mlp").read_text(encoding="utf-8")]
BITS = [
    *'{}()[]=,.:~"#\\\n\r\t %Å°²\0\u030a\u2028',
    *('"""', " .. ", "<=", "1e999", "4.5 Å", "-", "require ", "because", "when", "model ", "stage ", "true", "edition"),
]
ROUNDS = 2400


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


def assert_sound(diagnostic: Diagnostic, text: str) -> None:
    """Every place of a diagnostic lies in the text."""
    edits = diagnostic.fix.edits if diagnostic.fix is not None else ()
    places = [diagnostic.primary, *diagnostic.secondary] if diagnostic.primary is not None else []
    for span in [place.span for place in places if place is not None] + [edit.span for edit in edits]:
        assert 0 <= span.start <= span.end <= len(text), diagnostic
    assert diagnostic.headline


@pytest.mark.parametrize("part", range(4))
def test_no_mutation_makes_the_checker_fail(part: int) -> None:
    dice = random.Random(part)
    for number in range(ROUNDS // 4):
        text = mutate(SEEDS[number % len(SEEDS)], dice)
        checked = check_source(SourceFile("fuzzed.mlp", text))
        for diagnostic in checked.diagnostics:
            assert_sound(diagnostic, text)
        if number % 16 == 0:
            for name in FORMATS:
                render(checked.diagnostics, name)
        if not has_errors(checked.diagnostics):
            assert checked.spec is not None
            compile_spec(checked.spec)
