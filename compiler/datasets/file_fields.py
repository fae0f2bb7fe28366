"""What the fields of a `files` data set mean: its files, what of them is used, what stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mlipilot.compiler.data_paths import look_at_frames
from mlipilot.compiler.datasets.data_files import base_folder
from mlipilot.spec.schema import SPLITS
from mlipilot.spec.schema.labels import ENERGY, FORCES, LABELS
from mlipilot.spec.values import Applied, BlockValue, Name, UnitWord, Value

if TYPE_CHECKING:
    from mlipilot.compiler.data.keys import Candidate

FILE_FIELDS = ("files", *SPLITS)
"""Fields that name files."""
_PARTS = ("valid", "test", "sealed")


class LabelKeys(NamedTuple):
    """The keys of the labels, named or found."""

    energy: str
    forces: str
    stress: str | None
    """Of the stress or of the virial."""
    virial: bool
    found: Mapping[str, str]
    """Labels that no field names, with the key that was found."""
    several: Mapping[str, tuple[str, ...]]
    """Labels that no field names and that several keys may be meant by."""


def present_files(block: BlockValue) -> dict[str, tuple[Value, ...]]:
    """The files that can be read, by the field that names them; what is wrong with the others is said elsewhere."""
    base = base_folder(block)
    return {
        name: tuple(value for value in block.items(name) if not look_at_frames(base, str(value.data))[0])
        for name in FILE_FIELDS
        if block.has(name)
    }


def paths_of(block: BlockValue, files: Mapping[str, tuple[Value, ...]]) -> dict[str, tuple[Path, ...]]:
    """Where files lie, by the field that names them."""
    base = base_folder(block)
    return {name: tuple(base / str(value.data) for value in values) for name, values in files.items()}


def types_of(block: BlockValue) -> tuple[str, ...]:
    """Elements of numbered atom types."""
    return tuple(_text(value) for value in block.items("types")) if block.has("types") else ()


def shares_of(block: BlockValue) -> dict[str, Fraction]:
    """Shares of `split` by part, those of 0 left out."""
    if not block.has("split"):
        return {}
    arguments = block.call("split").arguments
    shares = {part: _fraction(arguments[part]) for part in _PARTS if part in arguments}
    return {part: share for part, share in shares.items() if share}


def selection_params(block: BlockValue) -> dict[str, Any]:
    """What is used of the files and where it goes, as a job's parameters."""
    split = None
    if block.has("split"):
        call = block.call("split")
        rest = {name: call.arguments[name].data for name in ("key", "number", "gap") if name in call.arguments}
        split = {"by": call.name, "shares": {part: str(share) for part, share in shares_of(block).items()}, **rest}
    isolated = block.fields["isolated"].data if block.has("isolated") else ""
    return {
        "split": split,
        "seed": block.integer("seed") if split is not None and block.has("seed") else 0,
        "isolated": None if isinstance(isolated, Name) else isolated,
        "select": _texts(block, "select"),
        "exclude": _texts(block, "exclude"),
        "every": block.integer("every") if block.has("every") else 1,
    }


def unit_params(block: BlockValue) -> dict[str, str]:
    """Exact factors from the files' units to eV, Å, eV/Å and eV/Å³; of a virial, to eV."""
    call = block.call("units") if block.has("units") else Applied("dft", {})
    given = {name: value.data.factor for name, value in call.arguments.items() if isinstance(value.data, UnitWord)}
    energy, length = given.get("energy", Fraction(1)), given.get("length", Fraction(1))
    virial = block.has("virial")
    stress = energy if virial else given.get("stress", energy / length**3)
    positive = block.text("positive") if block.has("positive") else ""
    if positive == ("tension" if virial else "compression"):
        stress = -stress
    factors = {"energy": energy, "length": length, "forces": given.get("forces", energy / length), "stress": stress}
    return {name: str(factor) for name, factor in factors.items()}


def label_keys(block: BlockValue) -> LabelKeys:
    """The keys of the labels: those that the fields name, and where none does the one that the files have.

    Raises OSError for a file that cannot be read.
    """
    named = {name: block.text(name) for name in LABELS if block.has(name)}
    if block.has("virial"):
        named["stress"] = block.text("virial")
    missing = [label.name for label in (ENERGY, FORCES) if label.name not in named]
    found: dict[str, str] = {}
    several: dict[str, tuple[str, ...]] = {}
    for name in missing:
        keys = _keys_in_files(block, name)
        if len(keys) > 1:
            several[name] = keys
        else:
            found[name] = keys[0]
    first = {name: keys[0] for name, keys in several.items()}
    keys_of = {**named, **found, **first}
    stress = keys_of.get("stress")
    return LabelKeys(keys_of["energy"], keys_of["forces"], stress, block.has("virial"), found, several)


def _keys_in_files(block: BlockValue, label: str) -> tuple[str, ...]:
    """The keys that may be meant by a label; that of our own where no file tells."""
    from mlipilot.compiler.data.keys import candidates
    from mlipilot.compiler.data.question import Split
    from mlipilot.compiler.data.scanning import keys_of
    from mlipilot.compiler.data.table import Table

    own = LABELS[label].key
    paths = [path for of_field in paths_of(block, present_files(block)).values() for path in of_field]
    looked = keys_of(paths, types_of(block))
    having = [own in {summary.name for summary in scanned.scan.keys} for scanned in looked]
    if all(having):
        return (own,)
    given = {scanned.written.energy for scanned in looked} - {""} if label == "energy" else set()
    if len(given) == 1 and all(given <= {summary.name for summary in scanned.scan.keys} for scanned in looked):
        return (given.pop(),)
    table = Table(Split.of_scans("train", [scanned.scan for scanned in looked]), ())
    fitting: list[Candidate] = candidates(label, "", [table])
    named = [one.name for one in fitting if one.named and one.safe and one.name != own]
    return (*sorted(given), *([own] if any(having) else []), *named) or (own,)


def _texts(block: BlockValue, field: str) -> list[str]:
    return sorted({_text(value) for value in block.items(field)}) if block.has(field) else []


def _text(value: Value) -> str:
    return value.data.text if isinstance(value.data, Name) else str(value.data)


def _fraction(value: Value) -> Fraction:
    assert isinstance(value.data, (Fraction, int))
    return Fraction(value.data)


__all__ = [
    "FILE_FIELDS",
    "LabelKeys",
    "label_keys",
    "paths_of",
    "present_files",
    "selection_params",
    "shares_of",
    "types_of",
    "unit_params",
]
