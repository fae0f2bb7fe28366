"""Statements and blocks: where they end, and what a lost bracket costs."""

from __future__ import annotations

import pytest
from faults import check, codes, in_block, line_of, marked, mended, shown

ONE_LINE = 'edition "2026"\nmodel m : mace { r_max = 5 Å, channels = 8, radial_mlp = [8, 8], }'
MANY_LINES = 'edition "2026"\nmodel m : mace {\n\n r_max = 5 Å\n channels = 8,\n radial_mlp = [\n8,\n8\n,]\n}'


@pytest.mark.parametrize("text", [ONE_LINE, MANY_LINES])
def test_commas_and_newlines_end_statements_alike(text: str) -> None:
    assert check(text) == []


RULE = 'scorecard s {{\n prefer force_rmse(cu.test) <= 3 meV/Å{} because{} "why"{} when x\n}}'


@pytest.mark.parametrize("breaks", [("\n", "", ""), ("\n\n", "", "\n"), ("", "", "\n")])
def test_a_rule_goes_on_before_because_and_when(breaks: tuple[str, str, str]) -> None:
    found = check('edition "2026"\n' + RULE.format(*breaks))
    assert "MLP0101" not in codes(found), shown(found)


LOST = {
    "brace of a block, before another": ("model a : mace {\n channels = 8\nmodel b : mace {\n}\n", "MLP0102", 2, "{"),
    "brace of the last block": ("model a : mace {\n channels = 8\n", "MLP0102", 2, "{"),
    "brace of a stage": (
        "training t {\n stage a {\n  epochs = 1\n stage b { epochs = 1 }\n}\nmodel m : mace { }\n",
        "MLP0102",
        3,
        "{",
    ),
    "brace of the last stage": (
        "training t {\n stage a {\n  epochs = 1\n}\nmodel m : mace { }\n",
        "MLP0102",
        3,
        "{",
    ),
    "brace that opens": ("model a : mace\n channels = 8\n}\nmodel b : mace { }\n", "MLP0103", 2, "model a : mace"),
    "brace that opens a line": ("model a : mace  channels = 8 }\nmodel b : mace { }\n", "MLP0103", 2, "model a : mace"),
    "brace on the next line": ("model a : mace\n{\n channels = 8\n}\n", "MLP0101", 3, "{"),
    "bracket": ("model a : mace {\n radial_mlp = [8, 8\n channels = 8\n}\n", "MLP0102", 3, "["),
    "bracket of many lines": (
        "model a : mace {\n radial_mlp = [\n 8,\n 8\n channels = 8\n}\n",
        "MLP0102",
        3,
        "[",
    ),
    "bracket that opens": ("model a : mace {\n radial_mlp = 8, 8]\n channels = 8\n}\n", "MLP0103", 3, "]"),
    "parenthesis in a bracket": ("model a : mace {\n radial_mlp = [f(8, 8]\n channels = 8\n}\n", "MLP0102", 3, "("),
    "parenthesis": ("model a : mace {\n e0 = values(Cu = 1 eV\n channels = 8\n}\n", "MLP0102", 3, "("),
    "parenthesis of many lines": (
        "model a : mace {\n e0 = values(\n Cu = 1 eV,\n Al = 1 eV\n channels = 8\n}\n",
        "MLP0102",
        3,
        "(",
    ),
    "parenthesis that opens": (
        "model a : mace {\n e0 = valuesCu = 1 eV, Al = 1 eV)\n channels = 8\n}\n",
        "MLP0103",
        3,
        ")",
    ),
    "brace too many": ("model a : mace {\n channels = 8 }\n max_L = 0\n}\n", "MLP0103", 3, "}"),
    "brace too many, after a head": ("model a : mace { }\n channels = 8\n}\n", "MLP0103", 2, "}"),
    "brace too many, alone": ("model a : mace { }\n}\n", "MLP0103", 3, "}"),
    "opening brace too many": ("model a : mace { {\n channels = 8\n}\n", "MLP0101", 2, "{"),
    "opening brace in a value": ("model a : mace {\n channels = { 8\n}\n", "MLP0101", 3, "{"),
    "block without a head": ("{ channels = 8 }\n", "MLP0101", 2, "{"),
    "comma before a brace": ("model a : mace, {\n channels = 8\n}\n", "MLP0101", 2, "{"),
}


@pytest.mark.parametrize("case", LOST)
def test_a_lost_bracket_costs_one_diagnostic_at_its_partner(case: str) -> None:
    text, code, line, mark = LOST[case]
    found = [d for d in check(f'edition "2026"\n{text}') if d.code != "MLP0404"]
    assert [(d.code, line_of(d), marked(d)) for d in found] == [(code, line, mark)], shown(found)


@pytest.mark.parametrize("case", [case for case in LOST if "alone" not in case and "without" not in case])
def test_what_follows_a_lost_bracket_is_still_checked(case: str) -> None:
    text, code, _, _ = LOST[case]
    found = check(f'edition "2026"\n{text}\nmodel z : mace {{ channels = 0 }}\n')
    assert [d.code for d in found if d.code != "MLP0404"] == [code, "MLP0205"], shown(found)


@pytest.mark.parametrize("text", ["model a : mace\n{\n channels = 8\n}\n", "model a : mace\n channels = 8\n}\n"])
def test_a_head_gets_its_brace_back(text: str) -> None:
    (found,) = check(f'edition "2026"\n{text}')
    assert mended(found) == "model a : mace {"


def test_a_file_whose_braces_match_is_not_judged_by_its_layout() -> None:
    assert check('edition "2026"\n  model a : mace {\n channels = 8\n    }\nmodel b : mace { channels = 8\n}') == []


@pytest.mark.parametrize("text", ["(" * 500, "[" * 500, "{" * 500, "a {" * 500, "f(" * 500 + ")" * 500])
def test_deep_nesting_costs_one_diagnostic_or_one_a_bracket(text: str) -> None:
    found = check(f'edition "2026"\nmodel m : mace {{ channels = {text}')
    assert found
    assert len(found) < 100


@pytest.mark.parametrize("deep", ["[" * 64 + "1" + "]" * 64, "- " * 64 + "1"])
def test_nesting_up_to_the_limit_is_read(deep: str) -> None:
    found = in_block("model m : mace", f"channels = {deep}")
    assert "MLP0007" not in codes(found), shown(found)


@pytest.mark.parametrize("deep", ["[" * 65 + "1" + "]" * 65, "- " * 65 + "1", "not " * 65 + "x", "1 + " * 65 + "1"])
def test_nesting_past_the_limit_is_named(deep: str) -> None:
    found = in_block("model m : mace", f"channels = {deep}")
    assert codes(found) == ["MLP0007"], shown(found)


@pytest.mark.parametrize("end", ["model", "model m", "stage", "dataset d :"])
def test_a_file_that_ends_in_the_head_of_a_block_is_read(end: str) -> None:
    found = check(f'edition "2026"\ntraining t {{ model = m, data = d, stage s {{ epochs = 1 }} {end}')
    assert "MLP0102" in codes(found), shown(found)
