"""What a molecule shows by itself to be no molecule that can be labelled."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

from mlipilot.compiler.molecules.molecule import Molecule, Unusable

NEAREST = 0.3
"""Å: nuclei that are nearer lie on one spot; the shortest bond, of H2, is 0.74 Å."""
_UNIT = "leave it out; if others are like it, look at the unit: positions are in Å, and 1 nm is 10 Å"
_SMALL = 50
"""Atoms: pairs of larger molecules are left to the job that labels them."""


def unsound(molecule: Molecule) -> Unusable | None:
    """Why a molecule cannot be labelled; None where nothing stands in the way."""
    problem, field, help_ = _problem(molecule)
    if not problem:
        return None
    is_told = molecule.frame is None or molecule.name.endswith((f"/{molecule.frame}", f"#{molecule.frame}"))
    where = "" if is_told else f", frame {molecule.frame},"
    return Unusable("MLP1070", f"`{molecule.name}`{where} {problem}", field, help_, molecule.item)


def spin_of(numbers: Sequence[int], charge: int, multiplicity: int | None) -> tuple[int, int]:
    """Electrons, and those without a partner: as stated, else as few as there can be."""
    electrons = sum(numbers) - charge
    return electrons, electrons % 2 if multiplicity is None else multiplicity - 1


def is_possible(electrons: int, unpaired: int) -> bool:
    """Whether so many electrons can have so many without a partner."""
    return (electrons - unpaired) % 2 == 0 and 0 <= unpaired <= electrons


def _problem(molecule: Molecule) -> tuple[str, str, str]:
    numbers, places = molecule.numbers, molecule.positions
    if min(numbers, default=0) < 1:
        return "has an atom that is no element", "source", "leave it out"
    if len(numbers) < 2:
        return "is one atom; free atoms are labelled anyway", "source", "leave it out"
    if not all(math.isfinite(x) for place in places for x in place):
        return "has a position that is not finite", "source", "leave it out"
    for one, other in combinations(range(len(numbers)), 2) if len(numbers) <= _SMALL else ():
        if math.dist(places[one], places[other]) < NEAREST:
            apart = math.dist(places[one], places[other])
            return f"has atoms {one} and {other} on one spot, {apart:.2g} Å apart", "source", _UNIT
    electrons, unpaired = spin_of(numbers, molecule.charge, molecule.multiplicity)
    if electrons < 1:
        return f"has a charge of {molecule.charge} and {electrons} electrons", "charge", "state the charge that it has"
    if not is_possible(electrons, unpaired):
        problem = f"has {electrons} electrons, which cannot have the multiplicity {unpaired + 1}"
        return problem, "multiplicity", "state the one that it has, or none"
    return "", "", ""
