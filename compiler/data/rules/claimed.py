"""Names that ASE's reader takes out of a frame: what stock MACE then finds in their place.

Seen with ASE 3.29 and `load_from_xyz` in mace/data/utils.py (0.3.16), which asks ASE's calculator for `energy`,
`forces` and `stress`, and for no other of these names.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.question import LABELS, Anchor, Finding
from mlipilot.compiler.data.table import ABSENT, GOOD, counted
from mlipilot.spec.schema.labels import CLAIMED, CONFIG_TYPE, ISOLATED_ATOM

_MASK = "move_mask"


def find(facts: Facts) -> Iterator[Finding]:
    """Labels that MACE does not find, isolated atoms whose energy it does not find, forces that a constraint zeroes."""
    if not facts.question.stock:
        return
    yield from _lost(facts)
    yield from _isolated(facts)
    yield from _constrained(facts)


def _lost(facts: Facts) -> Iterator[Finding]:
    question = facts.question
    keys = {label: question.key(label) for label in LABELS if question.weight(label)}
    keys |= {name: other.key for name, other in question.others.items()}
    for name, key in keys.items():
        if key not in CLAIMED or (key == name and name in LABELS):
            continue
        if any(
            summary.name == key for table in facts.tables.values() for part in table.parts for summary in part.scan.keys
        ):
            yield Finding(
                "MLP1029",
                f"MACE does not find the {name.replace('_', ' ')} `{key}`: ASE takes it out of the frames",
                Anchor(name),
                "a name that ASE claims",
                f"name it otherwise in the files, such as `REF_{name}`",
                ("MACE trains without it, or stops where it finds no label at all",),
            )


def _isolated(facts: Facts) -> Iterator[Finding]:
    train, key = facts.tables.get("train"), facts.question.energy
    if train is None or key != "energy":
        return
    rows = np.flatnonzero(train.isolated & (train.state("energy") == GOOD) & (train.column("energy") != 0.0))
    if len(rows):
        energies = ", ".join(f"{energy:g}" for energy in train.column("energy")[rows][:3])
        yield Finding(
            "MLP1029",
            f"MACE takes 0 eV for the energy of {len(rows)} isolated atom{'s' * (len(rows) != 1)} "
            f"under the key `{key}`, not {energies} eV",
            Anchor("energy"),
            "a name that ASE claims",
            "name it otherwise in the files, such as `REF_energy`, and write `energy_key: REF_energy`",
            (f"{train.places(rows)} {'has' if len(rows) == 1 else 'have'} `{CONFIG_TYPE}={ISOLATED_ATOM}`",),
        )


def _constrained(facts: Facts) -> Iterator[Finding]:
    if facts.question.forces != "forces" or not facts.question.weight("forces"):
        return
    for table in facts.open:
        for file, scan in enumerate(part.scan for part in table.parts):
            mask = next((s for s in scan.keys if s.name == _MASK and s.place == "column"), None)
            if mask is not None and (np.asarray(scan.forces_state) != ABSENT).any():
                yield Finding(
                    "MLP1029",
                    f"{counted(mask.frames, scan.frames, table.noun)} {'has' if mask.frames == 1 else 'have'} a column "
                    f"`{_MASK}`: the forces on the atoms that it fixes are trained as 0",
                    table.file_anchor(file),
                    f"first at line {mask.line}",
                    "drop the column, or name the forces otherwise, such as `REF_forces`",
                    ("ASE makes a constraint of it, and takes the forces of fixed atoms away where it is asked",),
                )


__all__ = ["find"]
