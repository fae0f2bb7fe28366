"""Molecules from SMILES: a conformer by RDKit's distance geometry (ETKDGv3), relaxed by its MMFF94 or UFF."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from mlipilot.compiler.molecules.molecule import Molecule, Unusable

DECIMALS = 8
_STEPS = 2000


def read(texts: list[str], seed: int) -> tuple[list[Molecule], list[Unusable]]:
    """One molecule a text, and what is wrong with texts; the conformer depends on the text and the seed."""
    try:
        log: Any = import_module("rdkit.RDLogger")
    except ImportError:
        remedy = "install `mlipilot[smiles]`"
        return [], [Unusable("MLP0801", "`smiles` needs RDKit, which is not installed", "smiles", remedy)]
    log.DisableLog("rdApp.*")
    molecules: list[Molecule] = []
    wrong: list[Unusable] = []
    names: dict[str, str] = {}
    for item, text in enumerate(texts):
        found = _molecule(text, seed)
        if isinstance(found, Molecule):
            other = names.setdefault(_canonical(text), text)
            if len(names) == len(molecules) + 1:
                molecules.append(found._replace(item=item))
                continue
            what = f"`{text}` is named twice" if other == text else f"`{text}` and `{other}` are one molecule"
            found = Unusable("MLP1072", what, "smiles", "name each molecule once")
        wrong.append(found._replace(item=item))
    return molecules, wrong


def _canonical(text: str) -> str:
    chemistry: Any = import_module("rdkit.Chem")
    return str(chemistry.MolToSmiles(chemistry.MolFromSmiles(text)))


def _molecule(text: str, seed: int) -> Molecule | Unusable:
    chemistry: Any = import_module("rdkit.Chem")
    embedding: Any = import_module("rdkit.Chem.AllChem")
    parsed: Any = chemistry.MolFromSmiles(text)
    if parsed is None or not parsed.GetNumAtoms():
        return Unusable("MLP1072", f"`{text}` is no SMILES that RDKit reads", "smiles", "check rings and valences")
    if any(atom.GetAtomicNum() == 0 for atom in parsed.GetAtoms()):
        return Unusable("MLP1072", f"`{text}` has an atom that is no element", "smiles", "write which it is")
    if len(chemistry.GetMolFrags(parsed)) > 1:
        return Unusable("MLP1072", f"`{text}` is more than one molecule", "smiles", "name one at a time")
    unknown = [place for place in chemistry.FindPotentialStereo(parsed) if str(place.specified) == "Unspecified"]
    if unknown:
        centres = ", ".join(f"{_kind(place)} {place.centeredOn}" for place in unknown)
        remedy = "write it, with `@` or `/`: isomers have different energies"
        return Unusable("MLP1072", f"`{text}` leaves its stereochemistry open: {centres}", "smiles", remedy)
    whole: Any = chemistry.AddHs(parsed)
    settings = embedding.ETKDGv3()
    settings.randomSeed = seed % 2**31
    if embedding.EmbedMolecule(whole, settings) != 0:
        return Unusable("MLP1072", f"RDKit finds no conformer of `{text}`", "smiles", "give its geometry in a file")
    if embedding.MMFFHasAllMoleculeParams(whole):
        embedding.MMFFOptimizeMolecule(whole, maxIters=_STEPS)
    elif embedding.UFFHasAllMoleculeParams(whole):
        embedding.UFFOptimizeMolecule(whole, maxIters=_STEPS)
    numbers = tuple(atom.GetAtomicNum() for atom in whole.GetAtoms())
    rows = whole.GetConformer().GetPositions().round(DECIMALS).tolist()
    radicals = sum(atom.GetNumRadicalElectrons() for atom in whole.GetAtoms())
    places = tuple((float(x), float(y), float(z)) for x, y, z in rows)
    return Molecule(
        f"smiles/{text}", numbers, places, chemistry.GetFormalCharge(whole), radicals + 1 if radicals else None
    )


def _kind(place: Any) -> str:
    return "the bond" if "Bond" in str(place.type) else "the atom"
