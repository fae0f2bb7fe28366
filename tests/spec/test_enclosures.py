"""Comments and texts over several lines: one diagnostic at the beginning, and nothing after it is misread."""

from __future__ import annotations

import pytest
from faults import COPPER, check, line_of, marked, shown

from mlipilot.spec.diagnostics import with_edits

QUESTION = '"Which small MACE survives 1200 K within 30 meV/Å?"'
REASON = '"phonons drift above it"'


@pytest.mark.parametrize(
    "comment",
    [
        '/* copper\n   a = 3 and { a brace\n   and a "quote */\n',
        "/*\n * copper\n * from EMT\n */\n",
        "<!-- copper\n     [from] EMT -->\n",
        "/* one */\n",
    ],
)
@pytest.mark.parametrize("place", ["dataset cu", "    channels"])
def test_a_comment_of_another_language_is_one_fault_and_is_offered_as_ours(comment: str, place: str) -> None:
    text = COPPER.replace(place, f"{comment}{place}", 1)
    (found,) = check(text)
    assert "begins no comment" in found.headline
    assert found.fix is not None
    assert check(with_edits(text, found.fix.edits)) == []


def test_two_such_comments_are_two_faults() -> None:
    text = COPPER.replace("dataset cu", "/* a\n b */\ndataset cu").replace("model pot", "/* c\n d */\nmodel pot")
    assert [d.headline for d in check(text)] == ["`/*` begins no comment"] * 2


@pytest.mark.parametrize("comment", ["/* copper\n", "<!-- copper\n"])
def test_a_comment_that_nothing_closes_spares_the_lines_below(comment: str) -> None:
    (found,) = check(COPPER.replace("dataset cu", f"{comment}dataset cu"))
    assert "closes it" in found.help


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (QUESTION, '"""Which small MACE\n survives 1200 K?'),
        (QUESTION, '"""Which small MACE\n survives 1200 K?"'),
        (QUESTION, '"""Which small MACE\n survives 1200 K?""'),
        (QUESTION, '"""Which small MACE survives 1200 K?"'),
        (REASON, '"""phonons drift\nabove it'),
        (REASON, '"""phonons drift above it'),
    ],
)
def test_a_long_text_that_nothing_closes_is_one_fault_at_its_opening(old: str, new: str) -> None:
    (found,) = check(COPPER.replace(old, new))
    assert (found.code, marked(found)[:4]) == ("MLP0005", new[:4])
    assert '`"""`' in found.help


@pytest.mark.parametrize("lines", ["Which small", "Which small\n  MACE survives"])
def test_a_long_text_that_a_later_ones_opening_closes_is_one_fault_at_its_own(lines: str) -> None:
    (found,) = check(COPPER.replace(QUESTION, f'"""{lines}').replace(REASON, f'"""{REASON[1:-1]}"""'))
    assert (found.code, line_of(found)) == ("MLP0005", 4)


@pytest.mark.parametrize("end", ['"', '"""'])
def test_a_text_in_plain_quotes_over_lines_is_offered_long_quotes(end: str) -> None:
    text = COPPER.replace(QUESTION, f'"Which small MACE\n survives, at 1200 K?{end}')
    (found,) = check(text)
    assert (found.code, line_of(found)) == ("MLP0005", 4)


def test_texts_of_python_are_offered_our_quotes() -> None:
    text = COPPER.replace(QUESTION, "'''Which small MACE\n survives?'''")
    (found,) = check(text)
    assert found.fix is not None
    assert check(with_edits(text, found.fix.edits)) == []


def test_long_texts_that_are_closed_are_left_alone() -> None:
    text = COPPER.replace(QUESTION, '"""a /* b\nc = 3 {\n*/ d"""').replace(REASON, '"""<!-- e"""')
    assert check(text) == [], shown(check(text))
