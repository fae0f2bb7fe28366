"""Fixes made in a text: what is called safe keeps what was meant, whatever single slip it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from slips import slipped

from mlipilot.compiler.canonical import canonical, digest
from mlipilot.compiler.mending import fixable, mend
from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.resolve import resolve
from mlipilot.spec.source import SourceFile, Span

ROOT = Path(__file__).parents[2]
SPECS = [
    *sorted((ROOT / "tests/lang/mistakes/bases").glob("*.mlp")),
    *sorted((ROOT / "examples").glob("*/*.mlp")),
    ROOT / "tests/spec/whole.mlp",
]
SLIPS = 200
"""Of each spec."""


def read(source: SourceFile) -> list[Diagnostic]:
    return resolve(source).diagnostics


def meaning(source: SourceFile) -> str:
    return digest(canonical(resolve(source).spec))


def fault(place: tuple[int, int], text: str, applicability: Applicability = Applicability.SAFE) -> Diagnostic:
    """A diagnostic of `SOURCE` with a fix."""
    fix = Fix("mend", (Edit(Span(*place), text),), applicability)
    return Diagnostic("MLP0101", "wrong", SOURCE, Annotation(Span(*place)), fix=fix)


SOURCE = SourceFile("a.mlp", "abcdef")


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_safe_fix_of_a_single_slip_gives_back_what_was_meant(path: Path) -> None:
    source = SourceFile(str(path), path.read_text(encoding="utf-8"))
    meant, tried = meaning(source), 0
    for seed in range(SLIPS):
        broken = source.with_text(slipped(source.text, seed + len(source.text)))
        if broken.text == source.text or not fixable(read(broken)):
            continue
        tried += 1
        mended = mend(broken, read)
        left = [str(diagnostic) for diagnostic in mended.diagnostics if diagnostic.is_error]
        assert not left, (seed, left)
        assert meaning(mended.source) == meant, seed
    assert tried >= SLIPS // 20


def test_fixes_that_need_a_look_are_made_only_where_they_are_asked_for() -> None:
    found = [fault((0, 1), "A"), fault((2, 3), "C", Applicability.UNSAFE), fault((4, 5), "E", Applicability.DISPLAY)]

    def find(source: SourceFile) -> list[Diagnostic]:
        return found if source.text == SOURCE.text else []

    assert mend(SOURCE, find).source.text == "Abcdef"
    assert mend(SOURCE, find, unsafe=True).source.text == "AbCdef"
    assert (fixable(found), fixable(found, unsafe=True)) == (1, 2)


def test_fixes_that_touch_each_other_are_made_one_after_the_other() -> None:
    def find(source: SourceFile) -> list[Diagnostic]:
        at = source.text.find("b")
        doubled = source.text.find("bb")
        places = [(doubled, doubled + 1, ""), (at, at + 1, "B")] if doubled >= 0 else [(at, at + 1, "B")] * (at >= 0)
        return [fault((start, end), text) for start, end, text in places]

    assert mend(SOURCE.with_text("abbc"), find).source.text == "aBc"


def test_a_fix_that_leads_back_to_an_earlier_text_is_not_made_again() -> None:
    def find(source: SourceFile) -> list[Diagnostic]:
        return [fault((0, 1), "x" if source.text[0] == "a" else "a")]

    mended = mend(SOURCE, find)
    assert (mended.source.text, mended.fixes) == ("xbcdef", 1)


def test_a_fix_of_an_imported_file_is_left_alone() -> None:
    other = SourceFile("b.mlp", "abcdef")

    def find(source: SourceFile) -> list[Diagnostic]:
        place = Annotation(Span(0, 1))
        return [Diagnostic("MLP0101", "wrong", other, place, fix=Fix("mend", (Edit(Span(0, 1), "x"),)))]

    assert mend(SOURCE, find).fixes == 0
