"""Reference energies: that each element gets one, and that it is one of these energies."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlipilot.compiler.data.energies import fit_energies, inside, span
from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.question import Anchor, Finding
from mlipilot.compiler.data.rules.isolated import unmarked
from mlipilot.compiler.data.table import ABSENT, GOOD, Table, counted
from mlipilot.spec.numerals import count
from mlipilot.spec.schema.labels import SAME_ENERGY

LARGEST_BINDING = 15.0
"""eV/atom: energies farther from the sum of their atoms' belong to other atoms (reference energies of another method,
of another zero); the strongest bound solid, tungsten, has 8.9."""
_WEAKEST = 1.0
"""eV/atom: of what holds together otherwise than by van der Waals forces."""
_LOOSEST = 1.0
"""eV: by which an atom may be unbound in frames that are torn or crushed."""
_UNITS = (("kcal/mol", 23.061), ("kJ/mol", 96.485))
"""Units in which energies are so much larger than in eV."""


def find(facts: Facts) -> Iterator[Finding]:
    """What the kind of `e0` needs."""
    if facts.train is None:
        return
    if facts.question.e0 == "average":
        yield from _undetermined(facts, facts.train)
    elif facts.question.e0 in ("isolated", "values"):
        given = _isolated(facts.train) if facts.question.e0 == "isolated" else dict(facts.question.e0_values or {})
        lacking = [element for element in _trained(facts, facts.train) if element not in given]
        if lacking:
            yield from _missing(facts, facts.train, lacking)
        if facts.question.e0 == "values":
            yield from _superfluous(facts, facts.train, given)
        if not lacking:
            turned = list(_turned(facts, facts.train, given))
            yield from turned or _implausible(facts, facts.train, given)


def _bound(binding: float) -> bool:
    """Whether an atom may be bound by so many eV."""
    return _WEAKEST < binding < LARGEST_BINDING


def _trained(facts: Facts, train: Table) -> list[str]:
    used = train.composition[train.kept].sum(axis=0)
    return [element for element, atoms in zip(facts.elements, used, strict=True) if atoms]


def _isolated(table: Table) -> dict[str, float]:
    """Energy of each element's isolated atom, eV."""
    rows = np.flatnonzero(~table.kept & (table.state("energy") == GOOD))
    return {table.elements[int(table.composition[row].argmax())]: float(table.column("energy")[row]) for row in rows}


def _contradictory(table: Table, element: str) -> bool:
    """Whether the isolated atoms of an element have several energies."""
    own = table.composition[:, table.elements.index(element)] == table.composition.sum(axis=1)
    energies = table.column("energy")[~table.kept & own & (table.state("energy") == GOOD)]
    return len(energies) > 1 and float(np.ptp(energies)) > SAME_ENERGY


def _undetermined(facts: Facts, train: Table) -> Iterator[Finding]:
    """Averaged energies say nothing of a composition that is no combination of the training frames'."""
    basis = span(train.composition[train.good("energy")])
    if not len(basis) or (train.state("energy")[train.kept] == ABSENT).any():
        return
    for table in facts.open:
        rows = np.flatnonzero(table.kept & ~inside(table.composition, basis))
        known = train.composition[train.kept].any(axis=0)
        rows = rows[~table.composition[rows][:, ~known].any(axis=1)]
        if table is not train and len(rows):
            yield Finding(
                "MLP1021",
                f"the training frames do not determine the energy of {counted(len(rows), len(table), table.noun)}",
                Anchor("e0"),
                f"{count(len(basis), 'independent composition')} for {count(int(known.sum()), 'element')}",
                "give `values` or isolated atoms, or train on frames of other compositions too",
                (f"the composition of {table.places(rows)} is no combination of those that are trained on",),
            )


def _missing(facts: Facts, train: Table, lacking: list[str]) -> Iterator[Finding]:
    names = ", ".join(lacking)
    if facts.question.e0 == "values":
        yield Finding("MLP1022", f"`e0` gives no energy for {names}", Anchor("e0"), f"needs {names}", "add the values")
        return
    silent = ~train.kept & (train.state("energy") != GOOD)
    if set(lacking) & {train.elements[int(train.composition[row].argmax())] for row in np.flatnonzero(silent)}:
        if not facts.question.stock:
            return  # the labels' rule has said that the isolated atom lacks its energy
        reason = "its isolated atom carries no energy"
    else:
        reason = "no training frame is its isolated atom"
    help_ = "add a frame of one atom with `config_type=IsolatedAtom` and its energy"
    elsewhere = [t.noun for t in facts.tables.values() if t is not train and set(lacking) & set(_isolated(t))]
    if len(unmarked(train)):
        help_ = "mark the frames of one atom with `config_type=IsolatedAtom`"
        if not facts.question.stock:
            help_ = "say which frames hold them: `isolated = …`"
    elif elsewhere:
        help_ = f"move the isolated atoms of the {' and '.join(elsewhere)} files into a training file"
    yield Finding(
        "MLP1022", f"there is no isolated atom of {names}", Anchor("e0"), reason, help_ + ", or use `average`"
    )


def _superfluous(facts: Facts, train: Table, given: dict[str, float]) -> Iterator[Finding]:
    unused = [element for element in given if element not in _trained(facts, train)]
    if unused and not train.faulty:
        names = ", ".join(unused)
        yield Finding(
            "MLP1023",
            f"`e0` gives an energy for {names}, which no training frame has",
            Anchor("e0"),
            f"not in the data: {names}",
            f"leave {names} out",
            ("stock MACE stops at a product of matrices whose shapes do not match",),
        )


def _turned(facts: Facts, train: Table, given: dict[str, float]) -> Iterator[Finding]:
    """Energies of atoms with which the frames hold together only when their sign is turned."""
    rows = np.flatnonzero(train.good("energy") & train.kept)
    fit = fit_energies(train.composition[rows], train.column("energy")[rows]) if len(rows) else None
    if fit is None or len(fit.basis) < len(_trained(facts, train)) or facts.foreign_forces:
        return
    for element, energy in zip(facts.elements, fit.reference, strict=True):
        atom = given.get(element, 0.0)
        if facts.question.e0 == "isolated" and _contradictory(train, element):
            continue  # which is said, and which of them is meant is not known
        if -LARGEST_BINDING < energy - atom < _LOOSEST or not -LARGEST_BINDING < energy + atom < _LOOSEST:
            continue
        wrong, right = (
            f"{'un' if bound > 0 else ''}bound by {abs(bound):.1f} eV" for bound in (energy - atom, energy + atom)
        )
        yield Finding(
            "MLP1024",
            f"the energy of an atom of {element} has the wrong sign: {atom:g} eV",
            Anchor("e0", element=element),
            f"with {-atom:g} eV it is {right}",
            f"write `{element} = {-atom:g} eV`, on the zero of the data"
            if facts.question.e0 == "values"
            else "mend it",
            (f"in the training frames an atom of {element} has about {energy:.1f} eV, so that it would be {wrong}",),
        )


def _implausible(facts: Facts, train: Table, given: dict[str, float]) -> Iterator[Finding]:
    rows = np.flatnonzero(train.good("energy"))
    if not len(rows):
        return
    reference = np.array([given.get(element, 0.0) for element in facts.elements])
    composition = train.composition[rows]
    binding = (train.column("energy")[rows] - composition @ reference) / composition.sum(axis=1)
    typical = float(np.median(binding))
    if abs(typical) > LARGEST_BINDING and not facts.foreign_forces:
        units = [f"{unit} ({abs(typical) / size:.1f} eV/atom)" for unit, size in _UNITS if _bound(-typical / size)]
        yield Finding(
            "MLP1024",
            f"the training energies lie {abs(typical):,.0f} eV/atom {'below' if typical < 0 else 'above'} "
            "the sum of their atoms'",
            Anchor("e0"),
            f"no atom is bound by more than {LARGEST_BINDING:g} eV",
            "give both in eV, from one method with one zero",
            (f"bonds would be of a usual strength if the energies were in {' or '.join(units)}",) if units else (),
        )
