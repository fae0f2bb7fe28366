"""The labels of a configuration, and the names under which they are stored.

The names are those that MACE's own loader expects; unlike `energy` and `forces`, ASE leaves them alone.
"""

from __future__ import annotations

from typing import NamedTuple


class Label(NamedTuple):
    """One label."""

    name: str
    key: str
    """Its name in a stored frame, and the first that is looked for in a user's files."""
    unit: str
    """In words, for messages."""
    per_atom: bool
    """Whether it is a column of the atoms; else it is in the frame's header."""

    @property
    def described(self) -> str:
        """For messages: the key and what it means."""
        return f"{self.key} ({self.unit})"


ENERGY = Label("energy", "REF_energy", "total energy, eV", per_atom=False)
FORCES = Label("forces", "REF_forces", "eV/Å", per_atom=True)
STRESS = Label("stress", "REF_stress", "eV/Å^3, ASE's sign", per_atom=False)
LABELS = {label.name: label for label in (ENERGY, FORCES, STRESS)}

FRAME_WEIGHT = "config_weight"
"""Header of a frame's weight in the loss, as MACE reads it."""


def weight_key(label: str) -> str:
    """Header of a label's own weight in a frame."""
    return f"config_{label}_weight"


WEIGHTS = (FRAME_WEIGHT, *map(weight_key, LABELS))
"""Headers of weights."""

CLAIMED = frozenset(
    "energy forces stress stresses dipole charges magmom magmoms free_energy energies dielectric_tensor "
    "born_effective_charges polarization".split()
)
"""Names that ASE's reader takes out of a frame, for its calculator (`all_properties` of ASE 3.29)."""

CONFIG_TYPE, ISOLATED_ATOM = "config_type", "IsolatedAtom"
"""Header, and its value in a frame of one atom, that mark the energy of a free atom, as MACE reads them."""
SAME_ENERGY = 1e-3
"""eV: energies of one free atom that differ by more contradict each other."""
