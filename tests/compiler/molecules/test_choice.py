"""Which molecules are taken and which part each goes to depends on seeds and names alone."""

from collections import Counter
from fractions import Fraction

import pytest

from mlipilot.compiler.molecules import g2
from mlipilot.compiler.molecules.choice import Choice
from mlipilot.compiler.molecules.molecule import Molecule, Unusable
from mlipilot.compiler.molecules.parting import parted

SHARES = {"valid": Fraction(1, 10), "test": Fraction(15, 100), "sealed": Fraction(15, 100)}


def usual() -> list[Molecule]:
    found = g2.read()
    assert not isinstance(found, Unusable)
    return [one for one in found if one.symbols <= g2.USUAL]


def drawn(choice: Choice, of: list[Molecule]) -> list[str]:
    found = choice.draw(of)
    assert not isinstance(found, Unusable), found
    return [one.name for one in found]


def test_molecules_are_of_the_size_and_elements_that_are_asked_for() -> None:
    found = Choice(heavy=(2, 3), elements=frozenset(("H", "C"))).draw(usual())
    assert not isinstance(found, Unusable)
    assert {one.heavy for one in found} == {2, 3}
    assert {symbol for one in found for symbol in one.symbols} == {"H", "C"}


def test_a_larger_draw_holds_the_smaller_one_and_a_new_molecule_moves_no_other() -> None:
    every = usual()
    small, large = (drawn(Choice(molecules=number, seed=3), every) for number in (10, 20))
    assert set(small) < set(large)
    fewer = drawn(Choice(molecules=10, seed=3), every[:-5])
    assert len(set(fewer) - set(small)) <= 5
    assert drawn(Choice(molecules=10, seed=4), every) != small


def test_more_molecules_than_there_are_is_named() -> None:
    found = Choice(molecules=100).draw(usual())
    assert isinstance(found, Unusable)
    assert found.headline == "100 molecules are asked for, and the source has 61 such molecules"


@pytest.mark.parametrize("by", ["by_molecule", "by_size"])
def test_parts_have_their_shares(by: str) -> None:
    found = parted(usual(), by, SHARES, 1)
    assert not isinstance(found, Unusable)
    assert Counter(found.values()) == {"train": 37, "test": 9, "sealed": 9, "valid": 6}
    assert parted(usual(), by, SHARES, 1) == found
    assert parted(usual(), by, SHARES, 2) != found


def test_by_size_the_largest_are_judged() -> None:
    sizes = {one.name: one.heavy for one in usual()}
    found = parted(usual(), "by_size", SHARES, 1)
    assert not isinstance(found, Unusable)
    judged = [sizes[name] for name, part in found.items() if part in ("test", "sealed")]
    fitted = [sizes[name] for name, part in found.items() if part in ("train", "valid")]
    assert min(judged) >= max(fitted)


def test_too_few_molecules_for_the_parts_are_named() -> None:
    found = parted(usual()[:3], "by_molecule", SHARES, 1)
    assert isinstance(found, Unusable) and found.code == "MLP1065"
    assert found.help == "take more molecules"
    found = parted(usual()[:5], "by_molecule", {part: Fraction(1, 2) for part in SHARES}, 1)
    assert isinstance(found, Unusable) and found.help == "take more molecules, or lower the shares"
