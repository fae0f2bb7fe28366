"""Whatever blanks, line ends and comments stand in a spec: what it says and every comment survive its formatting."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reformatting import SPECS, comments, formatted, written

from mlipilot.compiler.canonical import canonical, encode
from mlipilot.spec.resolve import resolve
from mlipilot.spec.source import SourceFile
from mlipilot.spec.syntax.lexer import lex, span_of

TIGHT = {"EQUAL", "LPAR", "RPAR", "LSQB", "RSQB", "COMMA", "TILDE", "COMPARE", "DOT", "COLON"}
"""Tokens that may touch any neighbour."""


def gaps(text: str) -> list[tuple[str, str]]:
    """The tokens of a spec, each with what may stand before it: nothing, a blank, a line's end, a new statement."""
    found: list[tuple[str, str]] = []
    tokens = lex(SourceFile("a.mlp", text)).tokens
    depth, before, between = 0, "NEWLINE", False
    for token in tokens:
        if token.type == "NEWLINE":
            between = between or not depth
            continue
        if depth or (between and token.type in ("BECAUSE", "WHEN")) or token.type == "BECAUSE":
            kind = "line"
        elif between or before in ("LBRACE", "RBRACE") or token.type == "RBRACE":
            kind = "statement"
        else:
            kind = "none" if token.type in TIGHT or before in TIGHT else "blank"
        if token.type == "COMMA" and not depth:
            between = True
            continue
        found.append((kind, text[slice(*span_of(token))]))
        depth += {"LPAR": 1, "LSQB": 1, "RPAR": -1, "RSQB": -1}.get(token.type, 0)
        before, between = token.type, False
    return found


BLANKS = (" ", "  ", "\t", " \t ")
ENDS = ("\n", "\n", "\n", "\r\n", "\n\n", "\n \n\t\n")
COMMENTS = ("", "", "#", "# a", "#  {b}", "# é “x” ) ]", "#\ttab", "# c   ")


def respaced(text: str, seed: int) -> str:
    """The tokens of a spec with anything between them that means nothing."""
    random = Random(seed)
    share = random.choice((0.0, 0.1, 0.5, 1.0))

    def blank() -> str:
        return random.choice(BLANKS)

    def lines() -> str:
        return "".join(
            blank() + random.choice(COMMENTS) + random.choice(ENDS) for _ in range(random.choice((1, 1, 2, 3)))
        )

    def filler(kind: str) -> str:
        if kind == "none":
            return random.choice(("", blank()))
        if kind == "line" and random.random() < share:
            return lines()
        if kind == "statement":
            return random.choice((", ", " ,\t", ",\n", "\n", "," + lines(), lines(), lines() + "," + lines()))
        return blank()

    (_, first), *rest = gaps(text)
    pieces = [random.choice(("", lines())), first, *(filler(kind) + token for kind, token in rest)]
    return "".join([*pieces, random.choice(("", lines(), " # the end"))])


def assert_survives(text: str) -> None:
    new = formatted(text)
    assert written(new) == written(text)
    assert comments(new) == [comment.rstrip() for comment in comments(text)]
    assert formatted(new) == new
    assert new.endswith("\n")
    assert not new.endswith("\n\n")
    assert "\n\n\n" not in new
    assert "\r\n" not in new


@pytest.mark.parametrize("name", SPECS)
def test_any_spacing_of_a_spec_keeps_its_meaning_and_its_comments(name: str) -> None:
    @settings(max_examples=40, deadline=None)
    @given(st.integers(0))
    def survives(seed: int) -> None:
        assert_survives(respaced(SPECS[name], seed))

    survives()


@settings(max_examples=10, deadline=None)
@given(st.integers(0))
def test_the_hashed_bytes_stay(seed: int) -> None:
    def hashed(spec: str) -> bytes:
        return encode(canonical(resolve(SourceFile("a.mlp", spec)).spec))

    spec = SPECS["copper.mlp of copper"]
    assert hashed(formatted(respaced(spec, seed))) == hashed(spec)


@pytest.mark.parametrize("name", SPECS)
def test_the_text_at_any_width_survives(name: str) -> None:
    """Long words push lines over the width, so that brackets and clauses open."""
    for old, new in (("forces", "f" * 60), ("cu", "c" * 90), ("1", "1_000_000_000_000_000_000_000")):
        longer = SPECS[name].replace(old, new).replace(f'"{new}', '"')
        assert_survives(longer)
