"""Letters and digits of other alphabets: what looks like ours and is not is named by its code point."""

from __future__ import annotations

import re

import pytest
from faults import COPPER, check, in_block, marked, mended, shown

from mlipilot.spec.confusables import skeleton, stranger
from mlipilot.spec.diagnostics import Applicability, with_edits
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


MIXED = {
    "dataset cu": "\u0441u",
    "model potential": "p\u043etential",
    "training fit": "f\u0456t",
    "stage energy": "en\u0435rgy",
}


@pytest.mark.parametrize("head", MIXED)
@pytest.mark.parametrize("is_everywhere", [False, True])
def test_a_declared_name_of_two_alphabets_is_one_fault_where_it_is_declared(head: str, is_everywhere: bool) -> None:
    kind, name = head.split()
    declared = COPPER.replace(head, f"{kind} {MIXED[head]}")
    if is_everywhere and kind != "stage":
        declared = re.sub(rf"\b{name}\b(?! *=)", MIXED[head], COPPER)
    (found,) = check(declared)
    letter = next(c for c in MIXED[head] if not c.isascii())
    assert (found.code, marked(found)) == ("MLP0311", MIXED[head])
    assert f"U+{ord(letter):04X}" in found.help
    assert found.fix is not None
    assert found.fix.applicability is Applicability.UNSAFE
    assert check(with_edits(declared, found.fix.edits)) == []


@pytest.mark.parametrize("name", ["\u0441\u043e", "\u0440\u0435\u0441"])
def test_a_name_in_another_alphabet_is_a_fault_only_where_a_latin_one_is_used_for_it(name: str) -> None:
    assert check(re.sub(r"\bcu\b", name, COPPER)) == []
    (found,) = check(re.sub(r"\bcu\b", skeleton(name), COPPER).replace(f"dataset {skeleton(name)}", f"dataset {name}"))
    assert (found.code, marked(found)) == ("MLP0311", name)


@pytest.mark.parametrize(
    "name", ["\u03b1_Fe", "\u03b1Fe", "\u0432\u043e\u0434\u0430", "\u0394t", "w\u00fcrfel", "\u03c3x"]
)
def test_names_with_letters_that_nobody_confuses_are_names(name: str) -> None:
    assert check(re.sub(r"\bcu\b", name, COPPER)) == []


def test_a_use_with_a_strange_letter_is_told_at_the_use() -> None:
    (found,) = check(COPPER.replace("data  = cu", "data  = \u0441u"))
    assert (found.code, marked(found)) == ("MLP0301", "\u0441u")


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
