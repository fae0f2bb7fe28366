"""The G2 set of small molecules, as ASE bundles it; its tables are read as text, since importing ASE takes a second.

Source: L. A. Curtiss, K. Raghavachari, P. C. Redfern, J. A. Pople, J. Chem. Phys. 106, 1063 (1997); geometries by
MP2(full)/6-31G(d).
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mlipilot.compiler.molecules.molecule import Molecule, Unusable
from mlipilot.spec.schema.elements import ELEMENTS

USUAL = frozenset(("H", "C", "N", "O"))
"""Elements of the molecules that are taken unless a spec says otherwise."""
_TABLES = ("g2_1.py", "g2_2.py")
_ATOMS = re.compile(r"([A-Z][a-z]?)([0-9]*)")


@lru_cache(maxsize=1)
def read() -> tuple[Molecule, ...] | Unusable:
    """Its closed-shell molecules of two atoms or more, in ASE's order."""
    found = find_spec("ase")
    if found is None or found.origin is None:
        return Unusable("MLP0801", "`g2` needs ASE, which is not installed", "source", "install `mlipilot[labels]`")
    folder = Path(found.origin).parent / "data"
    try:
        tables = [_table(folder / name) for name in _TABLES]
    except (OSError, ValueError, SyntaxError, KeyError) as error:
        remedy = "install the version of ASE that the lock file names"
        return Unusable("MLP0801", f"the G2 set of the installed ASE cannot be read: {error}", "source", remedy)
    entries = {name: entry for table in tables for name, entry in table.items()}
    molecules = []
    for name, entry in entries.items():
        numbers = _numbers(entry["symbols"])
        is_open = entry["magmoms"] is not None and any(entry["magmoms"])
        if len(numbers) > 1 and not is_open:
            places = tuple((float(x), float(y), float(z)) for x, y, z in entry["positions"])
            molecules.append(Molecule(f"g2/{name}", numbers, places, 0, 1))
    return tuple(molecules)


def _table(path: Path) -> dict[str, dict[str, Any]]:
    """The literal that a module of ASE calls `data`."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["data"]:
            table = ast.literal_eval(node.value)
            assert isinstance(table, dict)
            return table
    raise ValueError(f"{path.name} has no table `data`")


def _numbers(formula: str) -> tuple[int, ...]:
    """Atomic numbers of a formula whose atoms stand in the order of the positions, such as `CHHH` or `CH3`."""
    atoms = _ATOMS.findall(formula)
    return tuple(ELEMENTS.index(symbol) + 1 for symbol, times in atoms for _ in range(int(times or 1)))
