"""Keys of labels: which one of a file's keys was probably meant by one that is not there."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mlipilot.compiler.data.table import Table

_NAMES = {
    "energy": ("energy", "energies", "toten", "etot", "ener", "pe", "poteng", "epot"),
    "forces": ("forces", "force", "frc"),
    "stress": ("stress", "stresses"),
    "virials": ("virial", "virials"),
    "dipole": ("dipole", "dipoles"),
    "polarizability": ("polarizability", "polarisability"),
    "total_charge": ("charge",),
    "total_spin": ("spin", "multiplicity"),
}
"""Words of a key that name the label."""
_OTHER = frozenset(
    "free kinetic formation atomization atomisation cohesive binding adsorption interaction dispersion correction zero "
    "mean std error uncertainty weight config per atom gradient grad virial net mace predicted pred mlip".split()
)
"""Words of a key that say it is something else, or of another kind."""
_SIZES = {"energy": (1,), "forces": (3,), "stress": (6, 9)}
UNITS = {
    "kcal": "kcal/mol",
    "kj": "kJ/mol",
    "kjmol": "kJ/mol",
    "hartree": "Hartree",
    "ha": "Hartree",
    "ry": "Rydberg",
    "rydberg": "Rydberg",
    "mev": "meV",
    "gpa": "GPa",
    "kbar": "kbar",
    "kb": "kbar",
}
"""Words of a key that name a unit, none of which is eV, Å or made of them."""


class Candidate(NamedTuple):
    """A key that fits a label by kind and shape."""

    name: str
    frames: int
    """Frames that carry it."""
    named: bool
    """Whether its name says that it is the label."""
    safe: bool
    """Whether nothing in its name says that it is another quantity or has another unit."""


def words(key: str) -> list[str]:
    """A key's words in lower case: `forcesXTB_ev` has forces, xtb and ev."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", key)
    return [part.lower() for part in parts]


def unit_in(key: str) -> str | None:
    """The unit that a key's name states, where the backend would not expect it."""
    return next((UNITS[word] for word in re.findall("[a-z]+", key.lower()) if word in UNITS), None)


def candidates(label: str, key: str, tables: Iterable[Table], sizes: Sequence[int] = ()) -> list[Candidate]:
    """Keys of the files that may hold a label declared as `key`, the likeliest first; `sizes` of one of no `LABELS`."""
    place = "column" if label == "forces" else "header"
    wanted = sizes or _SIZES[label]
    frames: dict[str, int] = {}
    for table in tables:
        for part in table.parts:
            for summary in part.scan.keys:
                fits = summary.kind in ("number", "vector", "array") and math.prod(summary.shape) in wanted
                if fits and summary.place == place:
                    frames[summary.name] = frames.get(summary.name, 0) + summary.frames
    found = [Candidate(name, count, _named(label, name), _safe(name)) for name, count in frames.items() if name != key]
    return sorted(found, key=lambda c: (not c.named, not c.safe, -c.frames, -_likeness(c.name, key), c.name))


def best(found: Sequence[Candidate], frames: int) -> str | None:
    """The one candidate that all `frames` carry and whose name leaves no doubt; None where there is doubt."""
    sure = [candidate.name for candidate in found if candidate.named and candidate.safe and candidate.frames >= frames]
    return sure[0] if len(sure) == 1 else None


def misspelt(key: str, other: str) -> bool:
    """Whether two keys differ by what a slip of the hand does: case, a sign, one letter, two letters in turn."""
    one, two = (re.sub(r"[^a-z0-9]", "", text.lower()) for text in (key, other))
    if one == two:
        return key != other
    if min(len(one), len(two)) < 5 or abs(len(one) - len(two)) > 1 or re.sub(r"\D", "", one) != re.sub(r"\D", "", two):
        return False
    edits = [op for op in difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes() if op[0] != "equal"]
    changed = sum(max(high - low, top - bottom) for _, low, high, bottom, top in edits)
    return changed == 1 or (sorted(one) == sorted(two) and changed == 2)


def _named(label: str, name: str) -> bool:
    own = words(name)
    return any(word in own or (len(word) > 4 and word in name.lower()) for word in _NAMES.get(label, ()))


def _safe(name: str) -> bool:
    return not (_OTHER & set(words(name))) and unit_in(name) is None


def _likeness(name: str, key: str) -> float:
    return difflib.SequenceMatcher(None, name.lower(), key.lower()).ratio()
