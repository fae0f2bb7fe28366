"""How diagnostics look: whole texts, so that a change of look is a change of a test."""

from __future__ import annotations

import json
import unicodedata

import pytest
from copper import diagnosed

from mlipilot.compiler.render import FORMATS, MOST_SHOWN, Style, render
from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.source import SourceFile, Span


def about(text: str, mark: str, label: str = "here", **parts: object) -> Diagnostic:
    """A diagnostic about a part of a text."""
    start = text.index(mark)
    source = SourceFile("a.mlp", text)
    return Diagnostic("MLP0202", "headline", source, Annotation(Span(start, start + len(mark)), label), **parts)  # type: ignore[arg-type]


def full(*diagnostics: Diagnostic) -> str:
    """The full text without colour."""
    return render(list(diagnostics))


def test_a_diagnostic_with_a_fix() -> None:
    (found,) = diagnosed('edition "2026"\nmodel m : mace {\n    r_max = 4.5 angstrom  # wide\n}\n', "copper.mlp")
    assert full(found) == (
        "error[MLP0202]: `angstrom` is no unit\n"
        " --> copper.mlp:3:17\n"
        "  |\n"
        "3 |     r_max = 4.5 angstrom  # wide\n"
        "  |                 ^^^^^^^^ unknown unit\n"
        "  = help: did you mean `Å`?\n"
        "fix: write `Å` (look first)\n"
        "  |\n"
        "3 |     r_max = 4.5 Å  # wide\n"
        "  |                 ~"
    )


def test_secondary_places_on_other_lines_stand_in_the_order_of_the_text() -> None:
    text = "one\ntwo\nthree\nfour"
    other = (Annotation(Span(0, 3), "first"), Annotation(Span(8, 13), "third"))
    found = about(text, "two", secondary=other, notes=("a note",), help="some help")
    assert full(found) == (
        "error[MLP0202]: headline\n"
        " --> a.mlp:2:1\n"
        "  |\n"
        "1 | one\n"
        "  | --- first\n"
        "2 | two\n"
        "  | ^^^ here\n"
        "3 | three\n"
        "  | ----- third\n"
        "  = note: a note\n"
        "  = help: some help"
    )


def test_lines_that_are_left_out_are_marked() -> None:
    text = "one\n" * 11 + "two"
    found = about(text, "two", secondary=(Annotation(Span(0, 3), "first"),))
    assert full(found) == (
        "error[MLP0202]: headline\n  --> a.mlp:12:1\n   |\n 1 | one\n   | --- first\n...\n12 | two\n   | ^^^ here"
    )


def test_a_place_in_another_file_is_shown_in_that_file() -> None:
    base = SourceFile("base.mlp", "zero\n" * 11 + "first\n")
    other = Annotation(Span(55, 60), "declared here", base)
    found = about("one\ntwo", "two", secondary=(other,), help="some help")
    assert full(found) == (
        "error[MLP0202]: headline\n"
        "  --> a.mlp:2:1\n"
        "   |\n"
        " 2 | two\n"
        "   | ^^^ here\n"
        "   |\n"
        "  --> base.mlp:12:1\n"
        "   |\n"
        "12 | first\n"
        "   | ----- declared here\n"
        "   = help: some help"
    )


def test_a_diagnostic_about_another_file_names_that_file() -> None:
    base = SourceFile("base.mlp", "zero\nfirst\n")
    found = Diagnostic("MLP0202", "headline", SourceFile("a.mlp", "x"), Annotation(Span(5, 10), "here", base))
    assert "--> base.mlp:2:1\n" in full(found)
    assert render([found], "concise").startswith("base.mlp:2:1: ")
    (record,) = json.loads(render([found], "json"))
    assert (record["filename"], record["location"]["start"]["line"]) == ("base.mlp", 2)


def test_two_places_on_one_line_have_a_line_each() -> None:
    text = "a = b"
    found = about(text, "b", secondary=(Annotation(Span(0, 1), "first"),))
    assert full(found).endswith("1 | a = b\n  |     ^ here\n  | - first")


@pytest.mark.parametrize(
    ("text", "mark", "excerpt"),
    [
        ("x = 東京 Å", "Å", "1 | x = 東京 Å\n  |          ^ here"),
        ("x = A\u030a y", "y", "1 | x = A\u030a y\n  |       ^ here"),
        ("\tx = y", "y", "1 |     x = y\n  |         ^ here"),
        ("x\t= y", "\t= y", "1 | x    = y\n  |  ^^^^^^^ here"),
        ("x = 東京", "東京", "1 | x = 東京\n  |     ^^^^ here"),
        ("x = y\r", "y", "1 | x = y\n  |     ^ here"),
        ("x = [\n1", "[\n1", "1 | x = [\n  |     ^ here"),
        ("é" * 3 + "y", "y", "1 | éééy\n  |    ^ here"),
    ],
)
def test_carets_stand_under_what_they_mean(text: str, mark: str, excerpt: str) -> None:
    assert full(about(text, mark)).endswith(excerpt)


def test_of_a_long_line_the_part_around_the_place_is_shown() -> None:
    text = "a" * 5000 + "WRONG" + "b" * 5000
    lines = full(about(text, "WRONG")).split("\n")
    assert all(len(line) < 200 for line in lines)
    excerpt, carets = lines[-2:]
    assert excerpt.startswith("1 | …a")
    assert excerpt.endswith("b…")
    start = carets.index("^")
    assert excerpt[start : start + 5] == "WRONG"


def test_the_end_of_a_file_can_be_marked() -> None:
    text = "x = "
    found = Diagnostic("MLP0101", "headline", SourceFile("a", text), Annotation(Span(4, 4), "a value"))
    assert full(found).endswith("1 | x =\n  |     ^ a value")


def test_a_fix_of_another_line_is_shown_there_and_of_many_lines_in_words_alone() -> None:
    text = "one\ntwo"
    other = Fix("mend it", (Edit(Span(0, 3), "eins"),))
    assert full(about(text, "two", fix=other)).endswith("fix: mend it\n  |\n1 | eins\n  | ~~~~")
    many = Fix("mend it", (Edit(Span(0, 0), "zero\n"),))
    assert full(about(text, "two", fix=many)).endswith("fix: mend it")
    removed = Fix("remove it", (Edit(Span(0, 1), ""),))
    assert full(about(text, "two", fix=removed)).endswith("fix: remove it\n  |\n1 | ne\n  | ~")


def test_every_edit_of_a_fix_is_marked() -> None:
    text = "“a”"
    fix = Fix("write quotes", (Edit(Span(0, 1), '"'), Edit(Span(2, 3), '"')))
    assert full(about(text, "“", fix=fix)).endswith('1 | "a"\n  | ~ ~')


def test_a_fix_to_be_looked_at_says_so() -> None:
    fix = Fix("mend it", (Edit(Span(0, 3), "x"),), Applicability.UNSAFE)
    assert "fix: mend it (look first)" in full(about("one", "one", fix=fix))


def test_a_diagnostic_without_a_place_is_its_headline_and_help() -> None:
    found = Diagnostic("MLP0001", "`a` does not exist", help="check the path")
    assert full(found) == "error[MLP0001]: `a` does not exist\n  = help: check the path"
    assert render([found], "concise") == "error[MLP0001] `a` does not exist"


def test_a_warning_is_called_one() -> None:
    assert full(Diagnostic("MLP0601", "too much")).startswith("warning[MLP0601]")


def test_many_diagnostics_are_counted_not_shown() -> None:
    found = [Diagnostic("MLP0001", f"number {n}") for n in range(MOST_SHOWN + 7)]
    text = render(found)
    assert text.count("error[") == MOST_SHOWN
    assert text.endswith("… and 7 more")
    assert len(render(found, "concise").splitlines()) == len(found)


def test_concise_is_one_line_each() -> None:
    found = diagnosed('edition "2026"\nmodel m : mace {\n r_max = 4.5\n channels = 0\n}\n')
    assert render(found, "concise").splitlines() == [
        "copper.mlp:3:10: error[MLP0204] `r_max` needs a unit",
        "copper.mlp:4:13: error[MLP0205] `channels` must be from 1 to 4096",
    ]


def test_json_has_lines_columns_and_bytes() -> None:
    (record,) = json.loads(
        render(diagnosed('edition "2026"\nmodel m : mace { e0 = average # Å\n r_mx = 5 Å }'), "json")
    )
    assert record == {
        "code": "MLP0403",
        "name": "unknown-field",
        "severity": "error",
        "message": "`model : mace` has no field `r_mx`",
        "filename": "copper.mlp",
        "location": {
            "start": {"line": 3, "column": 2, "offset": 51},
            "end": {"line": 3, "column": 6, "offset": 55},
        },
        "label": "unknown field",
        "secondary": [],
        "notes": [],
        "help": "did you mean `r_max`?",
        "fix": {
            "message": "replace by `r_max`",
            "applicability": "unsafe",
            "edits": [
                {
                    "start": {"line": 3, "column": 2, "offset": 51},
                    "end": {"line": 3, "column": 6, "offset": 55},
                    "text": "r_max",
                }
            ],
        },
    }


def test_json_names_the_file_of_each_place() -> None:
    other = Annotation(Span(1, 2), "declared here", SourceFile("base.mlp", "\nx"))
    (record,) = json.loads(render([about("one", "one", secondary=(other, Annotation(Span(0, 1))))], "json"))
    assert [place["filename"] for place in record["secondary"]] == ["base.mlp", "a.mlp"]
    assert record["secondary"][0]["location"]["start"] == {"line": 2, "column": 1, "offset": 1}


def test_json_lines_are_the_records_of_json_one_a_line() -> None:
    found = diagnosed('edition "2026"\nmodel m : mace {\n r_max = 4.5\n channels = 0\n}\n')
    assert [json.loads(line) for line in render(found, "json-lines").split("\n")] == json.loads(render(found, "json"))


def test_no_diagnostics_are_an_empty_text_and_an_empty_list() -> None:
    assert render([]) == render([], "concise") == ""
    assert json.loads(render([], "json")) == []


def test_colour_changes_nothing_but_colour() -> None:
    import re

    found = diagnosed('edition "2026"\nmodel m : mace { r_max = 4.5 angstrom, channels = "8" }')
    for name in FORMATS:
        assert re.sub(r"\x1b\[[\d;]*m", "", render(found, name, Style(True))) == render(found, name)


def test_control_characters_never_reach_the_terminal() -> None:
    found = diagnosed('edition "2026"\nmodel m : mace { channels = \x1b[31m8\x07 }')
    for name in ("full", "concise"):
        shown = render(found, name)
        assert not [c for c in shown if unicodedata.category(c) == "Cc" and c != "\n"]
