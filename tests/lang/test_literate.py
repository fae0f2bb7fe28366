"""Every example of the language pages raises the diagnostics that it announces, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from literate import Example, apply_fix, diagnose, examples, line_of

from mlipilot.spec.diagnostics import CATALOGUE, Applicability

EXAMPLES = examples()
ELSEWHERE = {
    *("MLP0702", "MLP0703", "MLP0704"),  # plan and output files: tests/compiler/test_plan_file.py
    *("MLP0711", "MLP0712", "MLP0713", "MLP0714"),  # edits: tests/spec/edit
    "MLP0715",  # of the Python interface: tests/interface
    "MLP0716",  # of the command line: tests/compiler/engine
    *(
        "MLP1005",
        "MLP1029",
        "MLP1046",
        "MLP1048",
        "MLP1049",
        "MLP1055",
    ),  # what stock MACE does with data: tests/compiler/data
}
"""Codes that no spec's text can raise."""


def _name(example: Example) -> str:
    return f"{example.page}:{example.line}"


@pytest.mark.parametrize("example", EXAMPLES, ids=_name)
def test_an_example_raises_what_it_announces(example: Example, tmp_path: Path) -> None:
    found = diagnose(example.text, tmp_path, example.mode, example.files)
    seen = sorted((line_of(d) - example.offset, d.code) for d in found)
    shown = "\n".join(f"{line_of(d) - example.offset}: {d.code} {d.headline}" for d in found)
    assert seen == sorted((line, code) for line, code, _ in example.expected), shown
    for line, code, part in example.expected:
        headlines = [d.headline for d in found if d.code == code and line_of(d) - example.offset == line]
        assert any(part in headline for headline in headlines), headlines


@pytest.mark.parametrize("example", EXAMPLES, ids=_name)
def test_a_safe_fix_removes_its_diagnostic_and_adds_none(example: Example, tmp_path: Path) -> None:
    before = diagnose(example.text, tmp_path, example.mode, example.files)
    for diagnostic in before:
        if diagnostic.fix is None or diagnostic.fix.applicability is not Applicability.SAFE:
            continue
        after = diagnose(apply_fix(example.text, diagnostic), tmp_path, files=example.files)
        expected = [(d.code, d.headline) for d in before if d is not diagnostic]
        assert [(d.code, d.headline) for d in after] == expected, diagnostic.headline


def test_every_code_of_the_compiler_has_an_example() -> None:
    shown = {code for example in EXAMPLES for _, code, _ in example.expected}
    raised = {code for code in CATALOGUE if code < "MLP0800" or code.startswith(("MLP10", "MLP12"))}
    assert raised - shown == ELSEWHERE


def test_every_code_that_stands_in_the_sources_is_in_the_catalogue() -> None:
    root = Path(__file__).parents[2]
    sources = [path for room in ("spec", "compiler", "runtime") for path in (root / room).rglob("*.py")]
    text = "".join(path.read_text() for path in sources if path.name != "codes.py")
    raised = {code for code in CATALOGUE if f'"{code}"' in text}
    assert {code for code in CATALOGUE if code < "MLP0703" or code.startswith(("MLP10", "MLP12"))} <= raised


def test_headlines_begin_in_lower_case_and_end_without_a_stop(tmp_path: Path) -> None:
    for example in EXAMPLES:
        for diagnostic in diagnose(example.text, tmp_path, example.mode, example.files):
            assert not diagnostic.headline[0].isupper(), diagnostic.headline
            assert not diagnostic.headline.endswith("."), diagnostic.headline
