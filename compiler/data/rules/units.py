"""Numbers that look like another unit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlipilot.compiler.data.energies import fit_energies
from mlipilot.compiler.data.facts import LARGEST_FORCE, Facts
from mlipilot.compiler.data.keys import unit_in
from mlipilot.compiler.data.question import LABELS, Anchor, Finding
from mlipilot.compiler.data.table import GOOD, ONE_SIDED, Mask, Table
from mlipilot.spec.units import Unit, unit

_ATOMS = {
    "H": -0.5, "He": -2.862, "Li": -7.433, "Be": -14.573, "B": -24.529, "C": -37.689, "N": -54.401, "O": -74.809,
    "F": -99.409, "Ne": -128.547, "Na": -161.859, "Mg": -199.615, "Al": -241.877, "Si": -288.854, "P": -340.719,
    "S": -397.505, "Cl": -459.482, "Ar": -526.817,
}  # fmt: skip
"""Hartree-Fock energies of free atoms, Hartree: every all-electron method is within a few percent of them."""
_UNITS = {"Hartree": 1.0, "Rydberg": 2.0, "kcal/mol": 627.509, "kJ/mol": 2625.5, "meV": 27211.4}
"""How many of a unit a Hartree is."""
_WORDS = {"Rydberg": "Ry"}
_ALIKE = 0.03
_BONDED = 0.3
"""Hartree that an element's average energy may lie below its atom's."""
_WEAKEST, _STRONGEST = 0.3, 14.0
"""eV/atom: mercury is bound by 0.67, tungsten by 8.9, rattled and compressed frames by less."""
_NOBLE = frozenset(("He", "Ne", "Ar", "Kr", "Xe", "Rn"))
"""Bound by hundredths of an eV."""
_LARGEST_STRESS = 2.0
"""A typical value that no structure has: eV/Å³, 320 GPa."""
_VARIED, _BETTER = 0.2, 0.1
"""Energies per atom: sizes vary by such a share of their mean, and shares of elements leave so much less of the
energies than numbers of atoms do."""
_CONVERT = {"energy": "eV", "forces": "eV/Å", "stress": "eV/Å³"}


def find(facts: Facts) -> Iterator[Finding]:
    """Units that a key's name states, units that the numbers betray."""
    stated = {
        label: word
        for label in LABELS
        if (word := unit_in(facts.question.key(label) or "")) and not _is_declared(facts, label, word)
    }
    for label, word in stated.items():
        if label not in facts.absent or not facts.absent[label]:
            yield Finding(
                "MLP1033",
                f"the name of `{facts.question.key(label)}` says {word}, and {_CONVERT[label]} is expected",
                Anchor(label),
                f"expected in {_CONVERT[label]}",
                f"convert the labels to {_CONVERT[label]}, and name them anew"
                if facts.question.stock
                else f"declare what they are in with `units = dft(…)`: it converts them to {_CONVERT[label]}",
            )
    if "energy" not in stated:
        yield from _energies(facts)
    if "forces" not in stated:
        yield from _forces(facts)
    if "stress" not in stated:
        yield from _stresses(facts)


def _is_declared(facts: Facts, label: str, word: str) -> bool:
    """Whether the unit that a key's name states is the one that is converted from."""
    units, found = facts.question.units, unit(word)
    if not isinstance(found, Unit):
        return False
    declared = {"energy": units.energy, "forces": units.forces * units.length, "stress": abs(units.stress)}
    return declared[label] == found.factor


def _energies(facts: Facts) -> Iterator[Finding]:
    yield from _per_atom(facts)
    yield from _binding(facts)
    fit = facts.train_energies
    if fit is None or len(fit.basis) < len(facts.elements):
        return
    known = [
        (energy, _ATOMS[symbol])
        for symbol, energy in zip(facts.elements, fit.reference, strict=True)
        if symbol in _ATOMS
    ]
    if len(known) < 2:
        return
    for name, factor in _UNITS.items():
        if all(abs(energy / factor - atom) < _ALIKE * abs(atom) + _BONDED for energy, atom in known):
            yield Finding(
                "MLP1033",
                f"the energies look like {name}, and eV is expected",
                Anchor("energy"),
                "expected in eV",
                f"multiply the energies by {27.211386 / factor:.8g}, and look at the forces too"
                if facts.question.stock
                else f"write `units = dft(energy = {_WORDS.get(name, name)}, length = …)`, in the units of the file",
                (f"each element's average energy is that of its all-electron atom in {name}",),
            )


def _declared(facts: Facts) -> str:
    """Where to look for the unit, by whether one is declared."""
    return "declare the units of the files, `units = dft(…)`" if facts.question.units.are_ours else "look at `units`"


def _per_atom(facts: Facts) -> Iterator[Finding]:
    train = facts.train
    if train is None:
        return
    rows = train.good("energy") & ~train.lone
    energy, composition, atoms = train.column("energy")[rows], train.composition[rows], train.column("atoms")[rows]
    whole, each = fit_energies(composition, energy), fit_energies(composition / atoms[:, None], energy)
    if whole is None or each is None or atoms.std() < _VARIED * atoms.mean():
        return
    left = np.abs(whole.residual(composition, energy) * atoms)
    if each.spread >= _BETTER * float(np.median(left)):
        return
    figures = f"{atoms.min()} to {atoms.max()} atoms, and energies of {energy.min():.4g} to {energy.max():.4g}"
    yield Finding(
        "MLP1033",
        "the training energies do not grow with the number of atoms",
        Anchor("energy"),
        "expected of the whole frame, not per atom",
        "multiply energies per atom by the number of atoms",
        (f"frames have {figures}",),
    )


def _binding(facts: Facts) -> Iterator[Finding]:
    """Against isolated atoms of all elements: what matter binds by is known within a factor of ten."""
    train = facts.train
    if train is None or facts.question.stock:
        return
    free = train.isolated & (train.state("energy") == GOOD)
    energies = {
        int(row.argmax()): energy
        for row, energy in zip(train.composition[free], train.column("energy")[free], strict=True)
    }
    rows = train.good("energy") & ~train.lone
    needed = np.flatnonzero(train.composition[rows].any(axis=0))
    if not rows.any() or not set(needed.tolist()) <= set(energies) or _NOBLE & {facts.elements[n] for n in needed}:
        return
    reference = train.composition[rows][:, needed] @ np.array([energies[number] for number in needed.tolist()])
    binding = float(np.median((reference - train.column("energy")[rows]) / train.column("atoms")[rows]))
    if 0 < binding < _WEAKEST or binding > _STRONGEST:
        yield Finding(
            "MLP1033",
            f"a typical training frame lies {binding:.3g} eV/atom below its isolated atoms",
            Anchor("energy"),
            "expected a few eV/atom",
            _declared(facts),
            (f"bonds give {_WEAKEST:g} to {_STRONGEST:g} eV/atom; a Hartree is 27.2 eV, 1 eV 23.06 kcal/mol",),
        )


def _forces(facts: Facts) -> Iterator[Finding]:
    train = facts.train
    if train is None:
        return
    rows = train.kept & (train.state("forces") == GOOD)
    if facts.foreign_forces:
        yield Finding(
            "MLP1034",
            f"the forces of a typical training frame are {facts.typical_force:,.0f} eV/Å",
            Anchor("forces"),
            "expected in eV/Å",
            ("convert them, and the energies too" if facts.question.stock else _declared(facts))
            + "; kcal/mol/Å are 23.06 times as large, Hartree/Bohr 51.4 times as small",
            (f"root mean square over components; above {LARGEST_FORCE:g} eV/Å no structure holds together",),
        )
    elif rows.sum() > 1 and not train.column("force_max")[rows].any() and _let_forces_act(train, rows):
        yield Finding(
            "MLP1034",
            "the forces of all training frames are 0",
            Anchor("forces"),
            "nothing to learn from",
            "name the column that has the forces: no symmetry makes these 0",
        )


def _let_forces_act(train: Table, rows: Mask) -> bool:
    """Whether the surroundings of atoms are one-sided, so that their forces are not 0 by symmetry."""
    one_sided = train.column("one_sidedness")[rows]
    return bool((np.isfinite(one_sided) & (one_sided > ONE_SIDED)).any())


def _stresses(facts: Facts) -> Iterator[Finding]:
    train = facts.train
    if train is None or facts.question.stress is None:
        return
    rows = train.good("stress")
    typical = float(np.median(np.abs(train.column("stress")[rows]).max(axis=1))) if rows.any() else 0.0
    if typical > _LARGEST_STRESS:
        yield Finding(
            "MLP1036",
            f"the stress of a typical training frame is {typical:,.3g} eV/Å³, or {160.21766 * typical:,.0f} GPa",
            Anchor("stress"),
            "expected in eV/Å³",
            (
                "divide GPa by 160.21766, kbar by 1602.1766, a virial in eV by the volume, with the opposite sign"
                if facts.question.stock
                else "declare what it is: `units = dft(stress = GPa)`, or `virial` in place of `stress`"
            ),
        )
