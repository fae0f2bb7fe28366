"""QM7: 7101 small organic molecules of at most seven heavy atoms.

Sources: L. C. Blum, J.-L. Reymond, J. Am. Chem. Soc. 131, 8732 (2009); M. Rupp, A. Tkatchenko, K.-R. Müller,
O. A. von Lilienfeld, Phys. Rev. Lett. 108, 058301 (2012). Its energies are of another functional, and never a label.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from mlipilot.compiler.molecules import frames
from mlipilot.compiler.molecules.frames import Wanted
from mlipilot.compiler.molecules.molecule import Molecule, Unusable
from mlipilot.compiler.unpacking import unpacked
from mlipilot.spec.units import BOHR

CONTENT = "2dd375d109cdebeda8a770e195b0c3431790ca434a85d0abcaa74a2cf8a14834"
"""SHA-256 of the unpacked extended XYZ file."""
HOW = (
    "bring `qm7.mat` from quantum-machine.org/datasets, or its geometries as extended XYZ, put the file beside the "
    'spec, and name it: `qm7(file = "qm7.extxyz.gz")`'
)


def read(path: Path, written: str, wanted: Wanted) -> list[Molecule] | Unusable:
    """Its wanted molecules in the order of the file, which is extended XYZ (Å) or the original `qm7.mat` (Bohr).

    Raises OSError for a file that cannot be read.
    """
    if path.suffix == ".mat":
        return _original(path, written, wanted)
    try:
        with path.open("rb") as file, unpacked(path, file) as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    except EOFError as error:
        return Unusable("MLP1071", f"`{written}` ends too early: {error}", "file", "bring it again")
    if digest != CONTENT:
        headline = f"`{written}` is not QM7 as it is known: its SHA-256 begins with {digest[:12]}"
        notes = f'expected {CONTENT[:12]}…; a file of your own is read by `files(["{written}"])`'
        return Unusable("MLP1071", headline, "file", notes)
    found = frames.read(path, written, wanted, "file")
    if isinstance(found, Unusable):
        return found
    return [molecule._replace(name=f"qm7/{int(molecule.name.rpartition('/')[2]):04d}") for molecule in found]


def _original(path: Path, written: str, wanted: Wanted) -> list[Molecule] | Unusable:
    """`qm7.mat`: arrays R (7165, 23, 3) in Bohr and Z (7165, 23), 0 where there is no atom."""
    try:
        from scipy.io import loadmat
    except ImportError:
        return Unusable(
            "MLP0801", "`qm7.mat` needs SciPy, which is not installed", "file", "install `mlipilot[labels]`"
        )
    try:
        content = loadmat(path)
        places, numbers = content["R"], content["Z"]
    except OSError:
        raise
    except Exception as error:  # SciPy's reader raises whatever its parsing ran into
        return Unusable("MLP1071", f"`{written}` is no `qm7.mat`: {error}", "file", HOW)
    if places.ndim != 3 or places.shape[:2] != numbers.shape or places.shape[2] != 3:
        return Unusable("MLP1071", f"`{written}` is no `qm7.mat`: R has the shape {places.shape}", "file", HOW)
    molecules = []
    for number, (of_molecule, where) in enumerate(zip(numbers, places, strict=True), start=1):
        present = of_molecule > 0
        atoms = tuple(map(int, of_molecule[present].tolist()))
        if not wanted(atoms):
            continue
        spots = tuple((float(x), float(y), float(z)) for x, y, z in (where[present] * float(BOHR)).tolist())
        molecules.append(Molecule(f"qm7/{number:04d}", atoms, spots, 0))
    return molecules
