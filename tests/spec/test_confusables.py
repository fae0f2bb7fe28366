"""Letters and digits of other alphabets: what looks like ours and is not is named by its code point."""

from __future__ import annotations

import pytest
from faults import check, in_block, mended, shown

from mlipilot.spec.confusables import skeleton, stranger
from mlipilot.spec.diagnostics import Applicability
from mlipilot.spec.units import unit

MODEL = "model m : mace"


@pytest.mark.parametrize("word", ["\u0441hannels", "chann\u0435ls", "ch\u0430nnels", "\uff43hannels"])
def test_a_field_with_a_letter_of_another_alphabet_is_told_which(word: str) -> None:
    (found,) = in_block(MODEL, f"{word} = 8")
    assert f"U+{ord(next(c for c in word if not c.isascii())):04X}" in found.help
    assert mended(found) == "channels = 8"


@pytest.mark.parametrize(("unit", "code"), [("\u0410", "U+0410"), ("\u0391", "U+0391")])
def test_a_unit_with_such_a_letter_is_told_which(unit: str, code: str) -> None:
    (found,) = in_block(MODEL, f"r_max = 4.5 {unit}")
    assert code in found.help, shown([found])


def test_of_two_names_of_the_author_neither_is_taken_for_right() -> None:
    found = check(
        'edition "2026"\nmodel \u0441u : mace { }\n'
        "training t { model = cu, data = d, stage s { epochs = 1 } }\n"
        'dataset d : files { train = ["a.xyz"], valid = ["b.xyz"], test = ["c.xyz"] }'
    )
    (told,) = [d for d in found if d.code == "MLP0301"]
    assert "U+0441" in told.help
    assert told.fix is not None
    assert told.fix.applicability is Applicability.UNSAFE


@pytest.mark.parametrize("digits", ["\uff11\uff16", "\u0661\u0666"])
def test_digits_of_other_scripts_are_no_number(digits: str) -> None:
    (found,) = in_block(MODEL, f"channels = {digits}")
    assert found.code == "MLP0004"
    assert mended(found) == "channels = 16"


@pytest.mark.parametrize("power", ["\u0663", "\uff13"])
def test_digits_of_other_scripts_are_no_power(power: str) -> None:
    assert unit(f"eV/Å^{power}") == f"Å^{power}"


def test_latin_words_have_no_stranger() -> None:
    assert stranger("channels") == stranger("Å") == ""
    assert skeleton("r_max") == "r_max"
