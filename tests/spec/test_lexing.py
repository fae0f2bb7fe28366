"""Text to tokens: what is a quantity, a keyword, a string, and what is no token at all."""

from __future__ import annotations

import pytest
from faults import check, codes, in_block, marked, mended, shown

from mlipilot.spec.diagnostics import with_edits
from mlipilot.spec.source import SourceFile
from mlipilot.spec.syntax.lexer import lex
from mlipilot.spec.syntax.parser import parse

TOKENS = {
    "4.5 Å": [("QUANTITY", "4.5 Å")],
    "4.5\tÅ": [("QUANTITY", "4.5\tÅ")],
    "4 %": [("QUANTITY", "4 %")],
    "4%": [("QUANTITY", "4%")],
    "-4 %": [("MINUS", "-"), ("QUANTITY", "4 %")],
    "1e-3 eV/Å^3": [("QUANTITY", "1e-3 eV/Å^3")],
    "1 ps^-1": [("QUANTITY", "1 ps^-1")],
    "200_000": [("NUMBER", "200_000")],
    "1 because": [("NUMBER", "1"), ("BECAUSE", "because")],
    "1 when": [("NUMBER", "1"), ("WHEN", "when")],
    "1 in": [("NUMBER", "1"), ("IN", "in")],
    "1 inch": [("QUANTITY", "1 inch")],
    "1 and 2": [("NUMBER", "1"), ("AND", "and"), ("NUMBER", "2")],
    "1 android": [("QUANTITY", "1 android")],
    "1 .. 2": [("NUMBER", "1"), ("__ANON_0", ".."), ("NUMBER", "2")],
    "1..2": [("NUMBER", "1"), ("__ANON_0", ".."), ("NUMBER", "2")],
    "cu.test": [("WORD", "cu"), ("DOT", "."), ("WORD", "test")],
    "required": [("WORD", "required")],
    "truely": [("WORD", "truely")],
    '"a\\"b"': [("STRING", '"a\\"b"')],
    '"""a\n"b"""': [("STRING", '"""a\n"b"""')],
    '""': [("STRING", '""')],
    '"a': [("BAD_STRING", '"a')],
    "a # b": [("WORD", "a")],
    '"a # b"': [("STRING", '"a # b"')],
}


@pytest.mark.parametrize("text", TOKENS)
def test_a_text_has_these_tokens(text: str) -> None:
    assert [(t.type, str(t)) for t in lex(SourceFile("a", text)).tokens] == TOKENS[text]


def test_tokens_carry_the_places_of_their_text() -> None:
    source = SourceFile("a", "r_max = 4.5 Å # ring\r\n[1, 2]")
    for token in lex(source).tokens:
        assert source.text[token.start_pos : token.end_pos] == str(token)


@pytest.mark.parametrize("spelling", ["Å", "\u212b", "A\u030a", "Ang"])
def test_the_angstrom_has_four_spellings(spelling: str) -> None:
    assert in_block("model m : mace", f"r_max = 4.5 {spelling}") == []


LOOKALIKES = {
    "r_max = −4 Å": "r_max = -4 Å",
    "question = “why”": 'question = "why"',
    "question = „why”": 'question = "why"',
    "channels ≤ 8": "channels <= 8",
}


@pytest.mark.parametrize("line", LOOKALIKES)
def test_a_lookalike_is_named_once_a_line_and_put_right(line: str) -> None:
    found = in_block("model m : mace", line)
    assert codes(found) == ["MLP0004"], shown(found)
    assert mended(found[0]) == LOOKALIKES[line]


def test_a_character_that_cannot_be_shown_is_named_by_its_number() -> None:
    (found,) = in_block("model m : mace", "channels = 8 \u200b")
    assert "U+200B" in found.headline


@pytest.mark.parametrize(
    ("line", "mended_line"), [("r_max = 4.5Å", "r_max = 4.5 Å"), ("r_max = 5Ang", "r_max = 5 Ang")]
)
def test_a_unit_that_touches_its_number_is_moved(line: str, mended_line: str) -> None:
    (found,) = in_block("model m : mace", line)
    assert found.code == "MLP0105"
    assert mended(found) == mended_line


TEXTS = ("6-31g", "6-31g(d)", "6-311++G(2df,2pd)", "sto-3g")


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("rest", ["", ", grid = 4"])
def test_a_text_of_letters_and_numbers_is_put_in_quotes(text: str, rest: str) -> None:
    (found,) = in_block("dataset d : molecules", f"labels = pyscf(functional = hf, basis = {text}{rest})")
    assert mended(found) == f'labels = pyscf(functional = hf, basis = "{text}"{rest})'


def test_a_text_that_reads_as_a_difference_is_put_in_quotes() -> None:
    (found,) = in_block("dataset d : molecules", 'labels = pyscf(functional = wb97x-v, basis = "sto-3g")')
    assert mended(found) == 'labels = pyscf(functional = "wb97x-v", basis = "sto-3g")'


def test_an_unknown_unit_of_an_argument_is_no_text() -> None:
    (found,) = in_block("dynamics d : nvt", "thermostat = langevin(relaxation = -100fss)")
    assert found.code == "MLP0105"
    assert mended(found) == "thermostat = langevin(relaxation = -100 fss)"


@pytest.mark.parametrize(
    ("line", "mended_line"),
    [("r_max = 4 meV / Å", "r_max = 4 meV/Å"), ("r_max = 4 meV / atom / ps", "r_max = 4 meV/atom/ps")],
)
def test_blanks_in_a_unit_are_removed(line: str, mended_line: str) -> None:
    (found,) = in_block("model m : mace", line)
    assert found.code == "MLP0004"
    assert mended(found) == mended_line


def test_blanks_in_two_units_of_a_line_are_not_mended_by_halves() -> None:
    (found,) = in_block("model m : mace", "radial_mlp = [1 eV / Å, 2 eV / Å]")
    assert found.fix is None


UNTERMINATED = [
    'experiment "Copper { question = "Why?" }',
    'experiment "Copper" { question = "Why? }',
    'experiment "Copper" {\n    question = "Why?\n}',
    'dataset d : files { train = ["a.xyz], valid = ["b"], test = ["c"] }',
    'scorecard s { require survival(hot) >= 8 % because "too few }',
]


@pytest.mark.parametrize("text", UNTERMINATED)
def test_a_string_that_is_not_closed_costs_one_diagnostic(text: str) -> None:
    found = check(f'edition "2026"\n{text}\nmodel m : mace {{ channels = 0 }}\n')
    assert codes(found) == ["MLP0005", "MLP0205"], shown(found)
    assert marked(found[0]).startswith('"')


def test_an_unknown_escape_is_marked_where_it_stands() -> None:
    (found,) = in_block('experiment "x"', r'question = "\n \" \\ \q"')
    assert (found.code, marked(found)) == ("MLP0006", r"\q")


def test_a_text_in_triple_quotes_has_lines() -> None:
    assert in_block('experiment "x"', 'question = """Which\nof "them"?"""') == []


FIXED = {
    "experiment “A” { question = “Which model’s?” }": 'experiment "A" { question = "Which model’s?" }',
    "experiment 'A' { question = „Hält’s, oder “Cu”?“ }": None,
    "edition '2026'": 'edition "2026"',
    "question = ‘a \\ b’": None,
    "question = “a": None,
    "strain = −4 % … 4 %": "strain = -4 % .. 4 %",
    "r_max = 5\u00a0Å": "r_max = 5 Å",
    "r_max\u3000=\u20095 \u200bÅ": "r_max = 5 Å",
    "epochs = 3;": "epochs = 3",
    "epochs = 3; lr = 1e-2;  # both": "epochs = 3, lr = 1e-2  # both",
    "stage main { epochs = 3; }": "stage main { epochs = 3 }",
    "radial_mlp = [64; 64]": None,
    "dataset cu ; files { }": None,
    "lr = 1e-2 ?": None,
}


@pytest.mark.parametrize("line", FIXED)
def test_one_fix_mends_all_odd_characters_of_a_line_or_there_is_none(line: str) -> None:
    source = SourceFile("line.mlp", f"# first\n{line}\n# last\n")
    (diagnostic,) = parse(source, frozenset({"dataset", "stage", "experiment"})).diagnostics
    assert diagnostic.code == "MLP0004"
    if FIXED[line] is None:
        assert diagnostic.fix is None
        return
    assert diagnostic.fix is not None
    assert with_edits(source.text, diagnostic.fix.edits) == f"# first\n{FIXED[line]}\n# last\n"
