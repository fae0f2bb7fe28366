"""Frames of the user's own files, with their labels under names of the user's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mlipilot.compiler.data_paths import look_at_frames
from mlipilot.compiler.datasets.data_files import DataFiles, base_folder
from mlipilot.compiler.datasets.file_fields import (
    FILE_FIELDS,
    label_keys,
    present_files,
    selection_params,
    shares_of,
    types_of,
    unit_params,
)
from mlipilot.compiler.datasets.source import DataSource, Facts
from mlipilot.compiler.faults import about, place
from mlipilot.compiler.formats import format_of
from mlipilot.spec.diagnostics import Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.schema.labels import LABELS, STRESS
from mlipilot.spec.values import BlockValue, UnitWord

_SECONDS = 2.0
_NEEDED = ("train", "valid", "test")


class _Files(DataSource):
    tag = "files"
    version = 3
    reads_files = True
    has_words = True

    def check(self, block: BlockValue) -> list[Diagnostic]:
        """Files that exist, and a part for every frame."""
        found: list[Diagnostic] = []
        base = base_folder(block)
        for name in FILE_FIELDS:
            for value in block.items(name) if block.has(name) else ():
                assert isinstance(value.data, str)
                assert value.span is not None
                problem, remedy = look_at_frames(base, value.data)
                if problem:
                    headline = f"`{value.data}` {problem}"
                    found.append(about(block, "MLP0306", headline, value.span, "data file", help=remedy))
        said = [*found, *_conflicts(block), *_units(block), *_types(block)]
        return said if block.incomplete else [*said, *_missing(block)]

    def parameters(self, block: BlockValue, files: DataFiles) -> dict[str, Any]:
        """Files by the field that names them, what of them is used, the keys and units of the labels."""
        entries = {
            name: [files.entry(block, value) for value in block.items(name)] if block.has(name) else []
            for name in FILE_FIELDS
        }
        keys = label_keys(block)
        return {
            **entries,
            "energy": keys.energy,
            "forces": keys.forces,
            "stress": keys.stress,
            "virial": keys.virial,
            **selection_params(block),
            "units": unit_params(block),
            "types": list(types_of(block)),
        }

    def facts(self, block: BlockValue) -> Facts:
        """Hardly anything: a scan of the files tells the rest."""
        remedy = f'name their key, such as `stress = "{STRESS.key}"`, or "stress" where ASE or VASP wrote them'
        lacks = {} if block.has(STRESS.name) or block.has("virial") else {STRESS.name: remedy}
        return Facts(lacks=lacks, seals=block.has("sealed") or "sealed" in shares_of(block))

    def in_words(self, params: Mapping[str, Any]) -> Iterator[str]:
        """Keys, units, what goes where."""
        from mlipilot.compiler.datasets.file_words import read_in_words  # needs NumPy

        return read_in_words(params)

    def seconds(self, params: Mapping[str, Any]) -> float:
        """Reading takes a moment."""
        return _SECONDS

    def question(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The files by their digests, and all that decides which of their frames are trained on."""
        digests = {name: [entry["sha256"] for entry in params[name]] for name in ("files", "train", "valid")}
        rest = ("virial", "split", "seed", "isolated", "select", "exclude", "every", "units", "types")
        return {"op": params["op"], **digests, **{name: params[name] for name in (*LABELS, *rest)}}


def _missing(block: BlockValue) -> Iterator[Diagnostic]:
    """Parts that no field fills."""
    shared, shares = block.has("files"), shares_of(block)
    if shared and not block.has("split"):
        yield about(
            block,
            "MLP0404",
            f"`{block.name}` has `files`, and lacks `split`, which shares them out",
            place(block, "files"),
            "to be shared out",
            help='such as `split = by_group("trajectory", valid = 10 %, test = 10 %)`',
        )
        return
    for part in _NEEDED:
        if block.has(part) or part in shares or (shared and part == "train"):
            continue
        help_ = f'name its files, `{part} = ["{part}.xyz"]`'
        help_ += f", or give it a share: `split = {block.call('split').name}({part} = 10 %, …)`" if shared else ""
        if not shared:
            help_ += ", or let `split` share out `files = […]`"
        yield about(
            block, "MLP0404", f"`{block.name}` lacks the field `{part}`", block.span, "no such part", help=help_
        )


def _conflicts(block: BlockValue) -> Iterator[Diagnostic]:
    """Fields that say one thing twice, or that do nothing without another."""
    shares = shares_of(block)
    if block.has("files") and block.has("train"):
        yield _conflict(
            block, "train", "`files` and `train` cannot stand together", "what is not shared out is trained on"
        )
    for part in shares:
        if block.has(part):
            remedy = f"give `{part}` a share or files of its own, not both"
            yield _conflict(block, part, f"`{part}` has files of its own, and a share of `files`", remedy)
    if sum(shares.values()) >= 1:
        yield _conflict(block, "split", "the shares of `split` leave nothing to train on", "lower them")
    if block.has("stress") and block.has("virial"):
        yield _conflict(block, "virial", "`stress` and `virial` cannot stand together", "name one of them")
    for field, other, needs in (
        ("split", ("files",), "`files`"),
        ("seed", ("split",), "`split`"),
        ("positive", ("stress", "virial"), "`stress` or `virial`"),
    ):
        written = block.has(field) and not block.fields[field].is_default
        if written and not block.incomplete and not any(block.has(name) for name in other):
            yield _conflict(block, field, f"`{field}` does nothing without {needs}", f"add {needs}, or leave it out")


def _units(block: BlockValue) -> Iterator[Diagnostic]:
    """Energies that no frame has: `kcal` is that of a mole of frames."""
    for name, value in block.call("units").arguments.items() if block.has("units") else ():
        word = value.data
        if isinstance(word, UnitWord) and name == "energy" and word.factor > _LARGEST_UNIT and value.span is not None:
            meant = f"{word.text}/mol"
            yield about(
                block,
                "MLP0205",
                f"a frame has no energy in `{word.text}`: it is {float(word.factor):.3g} eV",
                value.span,
                "of a mole?",
                help=f"did you mean `{meant}`?",
                fix=Fix(f"write `{meant}`", (Edit(value.span, meant),), Applicability.UNSAFE),
            )


_LARGEST_UNIT = 1_000_000
"""eV."""


def _types(block: BlockValue) -> Iterator[Diagnostic]:
    """Elements of atom types where no file has such types."""
    if not block.has("types"):
        return
    base = base_folder(block)
    values = [value for of_field in present_files(block).values() for value in of_field]
    formats = [format_of(base / str(value.data)) for value in values]
    if formats and not any(found is not None and found.numbers_types for found in formats):
        remedy = "leave it out: the files name their elements"
        yield _conflict(block, "types", "`types` does nothing without a LAMMPS dump", remedy)


def _conflict(block: BlockValue, field: str, headline: str, remedy: str) -> Diagnostic:
    return about(block, "MLP0433", headline, place(block, field), "in conflict", help=remedy)


SOURCE = _Files()
