"""What was probably meant where a statement cannot be read: the commonest mistakes, in words.

lark says which tokens it would have taken; people want to hear what is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.schema import EDITIONS
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.syntax.lexer import span_of
from mlipilot.spec.syntax.structure import Piece
from mlipilot.spec.units import Unit, unit

if TYPE_CHECKING:
    from lark import Token

_VALUE = {"NUMBER", "QUANTITY", "UNIT", "STRING", "TRUE", "FALSE", "LSQB"}
_ENDS = (_VALUE - {"LSQB"}) | {"WORD", "RPAR", "RSQB"}
"""What a statement can end with."""
_WORDS = {
    "EQUAL": "`=`",
    "WORD": "a name",
    "STRING": "a string",
    "COLON": "`:`",
    "COMMA": "`,`",
    "RPAR": "`)`",
    "RSQB": "`]`",
    "LPAR": "`(`",
    "DOT": "`.`",
    "COMPARE": "a comparison",
    "BECAUSE": "`because`",
    "WHEN": "`when`",
    "AS": "`as`",
    "$END": "the end of the statement",
}
_KEYWORDS = {"BECAUSE", "WHEN", "AND", "OR", "NOT", "IN", "AS", "IMPORT", "EDITION", "REFINES", "RULE", "TRUE", "FALSE"}


def explain(source: SourceFile, piece: Piece, position: int, expected: set[str]) -> Diagnostic:
    """Say what is wrong with a statement whose token number `position` could not be read."""
    tokens = piece.tokens
    at_end = position >= len(tokens)
    previous = tokens[position - 1] if position else None
    here = tokens[position] if not at_end else None
    span = span_of(here) if here is not None else _after(source, piece)
    for mistake in (
        _edition,
        _quoted_name,
        _bare_dot,
        _missing_because,
        _missing_when,
        _missing_blank,
        _missing_equals,
        _colon,
        _keyword_name,
        _next_field,
        _missing_comma,
    ):
        found = mistake(source, piece, position, expected)
        if found is not None:
            return found
    wanted = _wanted(expected)
    if here is None:
        headline = f"expected {wanted} after `{previous}`" if previous is not None else f"expected {wanted}"
        label = f"expected {wanted}"
    else:
        headline = f"unexpected `{_shown(here)}`" + (f" after `{_shown(previous)}`" if previous is not None else "")
        label = f"expected {wanted}"
    return Diagnostic("MLP0101", headline, source, Annotation(span, label))


def _shown(token: Token) -> str:
    text = str(token).splitlines()[0]
    return text if len(text) <= 40 else text[:37] + "…"


def _after(source: SourceFile, piece: Piece) -> Span:
    end = span_of(piece.tokens[-1]).end if piece.tokens else piece.end
    return Span(max(0, end - 1), end) if piece.tokens else Span(end, end)


def _wanted(expected: set[str]) -> str:
    if expected >= _VALUE:
        return "a value"
    words = [text for kind, text in _WORDS.items() if kind in expected]
    return " or ".join(words[:4]) or "the end of the statement"


def _edition(source: SourceFile, piece: Piece, position: int, expected: set[str]) -> Diagnostic | None:
    """`edition = "2026"`, `edition 2026`, `edition { … }`, and another statement on its line."""
    tokens = piece.tokens
    if not tokens or tokens[0].type != "EDITION":
        return None
    whole = span_of(tokens[0]).to(span_of(tokens[-1]))
    if len(tokens) > 2 and tokens[1].type == "STRING":
        place = span_of(tokens[2]).start
        return Diagnostic(
            "MLP0101",
            f"`edition {tokens[1]}` stands on a line of its own",
            source,
            Annotation(span_of(tokens[2]), "belongs on the next line"),
            help="begin a new line here",
            fix=Fix("begin a new line", (Edit(Span(place, place), "\n"),)),
        )
    year = next((str(token).strip('"') for token in tokens if token.type in ("NUMBER", "STRING")), "")
    meant = f'edition "{year if year in EDITIONS else EDITIONS[-1]}"'
    fix = Fix(
        f"write `{meant}`", (Edit(whole, meant),), Applicability.SAFE if year in EDITIONS else Applicability.UNSAFE
    )
    return Diagnostic(
        "MLP0101",
        "an edition is a keyword and a year in quotes",
        source,
        Annotation(whole, "not of this form"),
        help=f"write `{meant}`",
        fix=fix if piece.body is None else None,
    )


def _quoted_name(source: SourceFile, piece: Piece, position: int, expected: set[str]) -> Diagnostic | None:
    """`"lr": 1e-2`, `"lr" = 1e-2`: a name in quotes; and a text that stands alone."""
    if position or piece.body is not None or not piece.tokens or piece.tokens[0].type != "STRING":
        return None
    text = span_of(piece.tokens[0])
    following = piece.tokens[1] if len(piece.tokens) > 1 else None
    if following is None:
        help_ = 'a comment begins with `#`; a text is the value of a field: `name = "…"`'
        return Diagnostic(
            "MLP0101", "a text alone is no statement", source, Annotation(text, "belongs to no field"), help=help_
        )
    name = str(piece.tokens[0]).strip('"')
    if following.type not in ("COLON", "EQUAL") or not name.isidentifier():
        return None
    place = text.to(span_of(following))
    return Diagnostic(
        "MLP0101",
        "the name of a field stands without quotes" + (", and before `=`" if following.type == "COLON" else ""),
        source,
        Annotation(place, "a name"),
        help=f"write `{name} = …`",
        fix=Fix(f"write `{name} =`", (Edit(place, f"{name} ="),)),
    )


def _bare_dot(source: SourceFile, piece: Piece, position: int, expected: set[str]) -> Diagnostic | None:
    """`4.` and `.5`: a number that begins or ends with its dot."""
    tokens = piece.tokens
    if position >= len(tokens) or tokens[position].type != "DOT":
        return None
    dot = span_of(tokens[position])
    previous = tokens[position - 1] if position else None
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    ends = previous is not None and previous.type == "NUMBER" and span_of(previous).end == dot.start
    begins = following is not None and following.type in ("NUMBER", "QUANTITY") and span_of(following).start == dot.end
    if ends == begins:
        return None
    number = span_of(previous).to(dot) if ends and previous is not None else dot
    if begins and following is not None:
        number = dot.to(span_of(following))
    place = dot.end if ends else dot.start
    mended = f"{source.slice(number)}0" if ends else f"0{source.slice(number)}"
    return Diagnostic(
        "MLP0101",
        "numbers have digits on both sides of the dot",
        source,
        Annotation(number, "a digit is missing"),
        help=f"write `{mended}`",
        fix=Fix(f"write `{mended}`", (Edit(Span(place, place), "0"),), Applicability.UNSAFE),
    )


def _missing_because(source: SourceFile, piece: Piece, position: int, expected: set[str]) -> Diagnostic | None:
    """`require … <= 30 meV/Å "…"`: a reason without its keyword."""
    if position >= len(piece.tokens) or piece.tokens[position].type != "STRING" or "BECAUSE" not in expected:
        return None
    here = span_of(piece.tokens[position])
    return Diagnostic(
        "MLP0106",
        "a reason stands after `because`",
        source,
        Annotation(here, "a reason"),
        help='end the rule with `because "…"`',
        fix=Fix("insert `because`", (Edit(Span(here.start, here.start), "because "),)),
    )


def _missing_when(source: SourceFile, piece: Piece, position: int, expected: set[str]) -> Diagnostic | None:
    """`~ int(5 .. 20) if fit.swa.enabled`: a condition after the keyword of another language."""
    tokens = piece.tokens
    if not 0 < position < len(tokens) - 1 or "WHEN" not in expected:
        return None
    here = tokens[position]
    meant = _CONDITIONAL.get(str(here).lower())
    if meant is None:
        return None
    place = span_of(here)
    return Diagnostic(
        "MLP0101",
        f"a condition stands after `when`, not `{here}`",
        source,
        Annotation(place, f"write `{meant}`"),
        help=f"write `{meant}` in its place",
        fix=Fix(f"write `{meant}`", (Edit(place, meant),), Applicability.UNSAFE),
    )


_CONDITIONAL = {"if": "when", "where": "when", "whenever": "when", "given": "when", "iff": "when", "unless": "when not"}
"""How conditions begin elsewhere."""


def _missing_blank(source: SourceFile, piece: Piece, position: int, expected: set[str]) -> Diagnostic | None:
    """`4.5Å`: a unit that touches its number."""
    if not 0 < position < len(piece.tokens):
        return None
    here, previous = piece.tokens[position], piece.tokens[position - 1]
    if here.type not in ("WORD", "BAD") or previous.type != "NUMBER" or here.start_pos != previous.end_pos:
        return None
    whole = _text_around(source, piece, position) if not isinstance(unit(str(here)), Unit) else None
    if whole is not None:
        quoted = f'"{source.slice(whole)}"'
        return Diagnostic(
            "MLP0105",
            f"`{source.slice(whole)}` is neither a number nor a word",
            source,
            Annotation(whole, "a text stands in quotes"),
            help=f"write `{quoted}`",
            fix=Fix(f"write `{quoted}`", (Edit(whole, quoted),), Applicability.UNSAFE),
        )
    place = Span(span_of(here).start, span_of(here).start)
    sure = Applicability.SAFE if isinstance(unit(str(here)), Unit) else Applicability.UNSAFE
    return Diagnostic(
        "MLP0105",
        f"`{here}` touches its number",
        source,
        Annotation(span_of(previous).to(span_of(here)), "a blank stands between a number and its unit"),
        help=f"write `{previous} {here}`",
        fix=Fix("insert a blank", (Edit(place, " "),), sure),
    )


def _text_around(source: SourceFile, piece: Piece, position: int) -> Span | None:
    """The word of letters, numbers and signs that a token is inside of, such as `6-31g(d)`; None of a number alone."""
    tokens, first, last, depth = piece.tokens, position, position, 0
    while first > 0 and tokens[first - 1].end_pos == tokens[first].start_pos:
        is_argument = tokens[first - 1].type == "LPAR" and first > 1 and tokens[first - 2].type == "WORD"
        if tokens[first - 1].type in _STOPS and not is_argument:
            break
        depth += is_argument
        first -= 1
    if depth and tokens[first].type != "NUMBER":
        return None  # a call
    while last + 1 < len(tokens) and tokens[last + 1].start_pos == tokens[last].end_pos:
        depth += {"LPAR": 1, "RPAR": -1}.get(tokens[last + 1].type, 0)
        if depth < 0 or (tokens[last + 1].type in _STOPS and not depth and tokens[last + 1].type != "RPAR"):
            break
        last += 1
    if tokens[first].type not in ("NUMBER", "WORD") or position - first < _JOINED:
        return None
    return span_of(tokens[first]).to(span_of(tokens[last]))


_STOPS = {"EQUAL", "COMMA", "LPAR", "RPAR", "LSQB", "RSQB", "LBRACE", "RBRACE"}
"""What ends a word."""
_JOINED = 3
"""Tokens before a unit that make it part of a word: a number, a sign, a number."""


def _missing_equals(source: SourceFile, piece: Piece, position: int, expected: set[str]) -> Diagnostic | None:
    """`r_max 4.5 Å`: a name and a value with nothing between."""
    if position >= len(piece.tokens) or "EQUAL" not in expected or "RPAR" in expected or "COMMA" in expected:
        return None
    here, previous = piece.tokens[position], piece.tokens[position - 1]
    if here.type not in _VALUE | {"WORD", "MINUS"} or piece.body is not None:
        return None
    name, place = str(previous), span_of(previous).end
    return Diagnostic(
        "MLP0104",
        f"missing `=` after `{name}`",
        source,
        Annotation(span_of(previous).to(span_of(here)), "a field is `name = value`"),
        help=f"write `{name} = {_shown(here)}`",
        fix=Fix("insert `=`", (Edit(Span(place, place), " ="),)),
    )


def _colon(source: SourceFile, piece: Piece, position: int, expected: set[str]) -> Diagnostic | None:
    """`lr: 1e-2` and `f(a: 1)`: a colon where `=` is meant."""
    if not 0 < position < len(piece.tokens):
        return None
    here, previous = piece.tokens[position], piece.tokens[position - 1]
    if here.type != "COLON" or not ({"EQUAL", "LPAR"} & expected) or piece.body is not None:
        return None
    return Diagnostic(
        "MLP0104",
        f"`:` after `{previous}` where `=` is meant",
        source,
        Annotation(span_of(here), "write `=`"),
        help=f"write `{previous} = …`",
        fix=Fix("replace `:` by `=`", (Edit(span_of(here), " ="),)),
    )


def _keyword_name(source: SourceFile, piece: Piece, position: int, expected: set[str]) -> Diagnostic | None:
    """A keyword where a name is meant."""
    if position >= len(piece.tokens) or "WORD" not in expected:
        return None
    here = piece.tokens[position]
    if here.type not in _KEYWORDS:
        return None
    if position == 0 and here.type in ("BECAUSE", "WHEN"):
        return Diagnostic(
            "MLP0101",
            f"`{here}` follows no rule",
            source,
            Annotation(span_of(here), "nothing to give a reason for" if here.type == "BECAUSE" else "no rule"),
            help="it ends a `require` or `prefer`, on the same line or the next",
        )
    return Diagnostic(
        "MLP0101",
        f"`{here}` is a keyword and cannot stand here",
        source,
        Annotation(span_of(here), f"expected {_wanted(expected)}"),
        help=_other_name(piece, position),
    )


def _other_name(piece: Piece, position: int) -> str:
    """Which name to take instead of a keyword."""
    here = str(piece.tokens[position])
    if piece.body is not None and position == 1:
        return f"a keyword is no name: choose another, such as `{here}_{piece.tokens[0]}`"
    if position == 0:
        return f"no field is named `{here}`: its line is meant for another statement, or left out"
    return f"a keyword names nothing: write the value that is meant, or a name other than `{here}`"


def _next_field(source: SourceFile, piece: Piece, position: int, expected: set[str]) -> Diagnostic | None:
    """`temperature = 200 K timestep = 1 fs`: two statements on one line with nothing between."""
    tokens = piece.tokens
    if not 0 < position < len(tokens) - 1 or ("$END" not in expected and "COMPARE" not in expected):
        return None
    here, previous, following = tokens[position], tokens[position - 1], tokens[position + 1]
    if here.type != "WORD" or following.type not in ("EQUAL", "TILDE") or previous.type not in _ENDS:
        return None
    place = span_of(previous).end
    return Diagnostic(
        "MLP0101",
        f"missing `,` between two fields, before `{here}`",
        source,
        Annotation(Span(place, span_of(here).end), "a `,` or a new line"),
        help="fields stand on lines of their own, or have a `,` between them",
        fix=Fix("insert `,`", (Edit(Span(place, place), ","),)),
    )


def _missing_comma(source: SourceFile, piece: Piece, position: int, expected: set[str]) -> Diagnostic | None:
    """`[1 2]`, `f(a = 1 b = 2)`: values with nothing between."""
    if position >= len(piece.tokens) or "COMMA" not in expected:
        return None
    here, previous = piece.tokens[position], piece.tokens[position - 1]
    if here.type not in _VALUE | {"WORD", "EQUAL"}:
        return None
    if here.type == "EQUAL":
        # `1 forces =`: the lexer took the next argument's name for a unit.
        if previous.type != "QUANTITY":
            return None
        number, _, name = str(previous).partition(" ")
        place = span_of(previous).start + len(number)
        headline, span = f"missing `,` between `{number}` and `{name.strip()}`", span_of(previous)
    else:
        place = span_of(previous).end
        headline, span = (
            f"missing `,` between `{_shown(previous)}` and `{_shown(here)}`",
            span_of(previous).to(span_of(here)),
        )
    return Diagnostic(
        "MLP0101",
        headline,
        source,
        Annotation(span, "expected `,`"),
        fix=Fix("insert `,`", (Edit(Span(place, place), ","),), Applicability.UNSAFE),
    )
