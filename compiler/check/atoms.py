"""What a spec says of an element against what is known of it: its lattice constant, the energy of its atom."""

from __future__ import annotations

from mlipilot.compiler.datasets import facts_of
from mlipilot.compiler.faults import about, beside, place, target
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.schema.elements import LATTICE_CONSTANTS, atom_energies, may_have_lattice
from mlipilot.spec.values import BlockValue

_ALIKE = 0.05
"""Of a length, within which it is read as another one of the crystal."""
_ENERGY_SPREAD = 0.5
"""eV, from the energy that the reference calculator gives an isolated atom."""
READINGS = (
    (2**0.5, "the distance of nearest neighbours"),
    (0.529177, "the lattice constant in Bohr"),
    (0.5, "the edge of two cells"),
    (2.0, "half of the cell's edge"),
)
"""What a wrong lattice constant may be, and what makes the right one of it."""


def check(spec: Spec) -> list[Diagnostic]:
    """Lattice constants and energies of isolated atoms that the elements do not have."""
    found: list[Diagnostic] = []
    for data in spec.of_kind("dataset"):
        found += _lattice(data)
    for model in spec.of_kind("model"):
        trainings = [block for block in spec.of_kind("training") if target(spec, block, "model") is model]
        found += _energies(model, [target(spec, block, "data") for block in trainings])
    return found


def _lattice(data: BlockValue) -> list[Diagnostic]:
    if not (data.has("element") and data.has("lattice")):
        return []
    element, given = data.text("element"), float(data.number("lattice"))
    if may_have_lattice(element, given):
        return []
    known = LATTICE_CONSTANTS[element]
    written = data.fields["lattice"].written
    reading = next((r for r in READINGS if abs(given * r[0] / known - 1) <= _ALIKE), None)
    if reading is not None:
        factor, what = reading
        headline = f"a lattice constant of {written} is {what} of {element}"
        help_ = f"write `lattice = {given * factor:.2f} Å`, the edge of the cubic cell of four atoms"
    else:
        size = "small" if given < known else "large"
        headline = f"a lattice constant of {written} is too {size} for {element}"
        help_ = f"write `lattice = {known:.2f} Å` or what your method gives; `strain` compresses and stretches cells"
    return [
        about(
            data,
            "MLP0524",
            headline,
            place(data, "lattice"),
            f"the cubic cell of {element} has an edge of {known:.2f} Å",
            help=help_,
            secondary=(beside(data, place(data, "element"), "the element"),),
        )
    ]


def _energies(model: BlockValue, trained: list[BlockValue | None]) -> list[Diagnostic]:
    """Energies that no method gives an atom, or that the calculator of the data does not give it."""
    if not model.has("e0") or model.call("e0").name != "values":
        return []
    found: list[Diagnostic] = []
    facts = [facts_of(data) for data in trained]
    of_calculator = {element: energy for known in facts for element, energy in known.atom_energies.items()}
    elements = {symbol for known in facts if known.elements is not None for symbol in known.elements.symbols}
    for element, value in model.call("e0").arguments.items():
        given = float(value.data)  # type: ignore[arg-type]
        lowest, highest = atom_energies(element)
        known = of_calculator.get(element)
        if elements and element not in elements:
            continue  # an element that the data do not have is an error of its own
        if known is not None and abs(given - known) > _ENERGY_SPREAD:
            turned = abs(-given - known) <= _ENERGY_SPREAD
            why = "has the wrong sign" if turned else "is not that of the calculator"
            label, help_ = f"the calculator of the data gives {known:g} eV", f"write `{element} = {known:g} eV`"
        elif known is None and given > highest:
            why, label = "is far above that of any atom", f"at most {highest:g} eV"
            help_ = f"electrons are bound: by most methods it is below 0, as `-{value.written}` is"
        elif known is None and given < lowest:
            why, label = "is below that of any atom", f"at least {float(f'{lowest:.2g}'):g} eV, all electrons counted"
            help_ = "give the total energy of the atom in eV, on the zero of the data"
        else:
            continue
        span = value.span or place(model, "e0")
        headline = f"an energy of {value.written} for an atom of {element} {why}"
        found.append(about(model, "MLP0528", headline, span, label, help=help_))
    return found
