"""The block of data that users have: files of configurations, how they are shared out, and what stands in them."""

from __future__ import annotations

from mlipilot.spec.schema.labels import ISOLATED_ATOM, LABELS
from mlipilot.spec.schema.structure import BlockSchema, FieldSchema
from mlipilot.spec.schema.types import (
    AnyOf,
    CallOf,
    Choice,
    Element,
    Integer,
    ListOf,
    Parameter,
    Real,
    Signature,
    Text,
    UnitOf,
)

ENERGY_KEY, FORCES_KEY, STRESS_KEY = (f'"{label.key}"' for label in LABELS.values())
"""Names of labels as a spec writes them."""

_FOUND = "found where it is left out and one key alone can be meant"
_SHARES = tuple(
    Parameter(part, Real(minimum="0", below="1", example="10 %"), "0 %", doc)
    for part, doc in (
        ("valid", "share of the frames that pick the checkpoint"),
        ("test", "of those that judge"),
        ("sealed", "of those that are opened once, at a campaign's end"),
    )
)


def _files(split: str) -> ListOf:
    return ListOf(Text(f'"{split}.xyz"'))


SPLIT = CallOf(
    (
        Signature(
            "by_group",
            (
                Parameter("key", Text('"trajectory"'), doc="key of a frame's header, or a column of a database"),
                *_SHARES,
            ),
            "frames whose headers have the same value of the key stay together",
        ),
        Signature("by_file", _SHARES, "each file goes to one part, as a whole"),
        Signature("by_frame", _SHARES, "each frame is drawn alone: for frames that are independent of each other"),
        Signature(
            "blocks",
            (
                Parameter(
                    "number", Integer(2, 100_000, "10"), doc="runs of neighbouring frames that each file is cut into"
                ),
                Parameter("gap", Integer(0), "0", "frames left out where two neighbouring runs go to different parts"),
                *_SHARES,
            ),
            "each run goes to one part, so that neighbours in time hardly leak",
        ),
    )
)
UNITS = CallOf(
    (
        Signature(
            "dft",
            (
                Parameter("energy", UnitOf("energy"), "eV", "of energies and virials"),
                Parameter("length", UnitOf("length"), "Å", "of positions and cells"),
                Parameter("forces", UnitOf("force"), doc="absent: energy/length", optional=True),
                Parameter("stress", UnitOf("pressure"), doc="absent: energy/length³", optional=True),
            ),
            "what the numbers of the files are in",
        ),
    )
)
FILES = BlockSchema(
    "dataset",
    "files",
    "Labelled configurations from files: extxyz, which may be compressed (`.gz`, `.bz2`, `.xz`); ASE's `.traj` and "
    "`.db`; VASP's `OUTCAR` and `vasprun.xml`; LAMMPS dumps with forces. Paths are relative to the spec. `train`, "
    "`valid`, `test` and `sealed` name the files of each part; `split` shares out the frames of `files`: what it gives "
    "to no other part is fitted, and a part with a share of 0 % has its own files. Frames whose headers have the same "
    "`trajectory` are resampled together where bounds are found; a frame without one stands alone. Frames of "
    "`isolated` atoms give `e0 = isolated` and are not trained on.",
    (
        FieldSchema("files", _files("all"), "files whose frames `split` shares out"),
        FieldSchema("train", _files("train"), "files to fit"),
        FieldSchema("valid", _files("valid"), "files that pick the checkpoint"),
        FieldSchema("test", _files("test"), "files that judge"),
        FieldSchema("sealed", _files("sealed"), "files that are opened once, at a campaign's end"),
        FieldSchema("split", SPLIT, "which frames of `files` go where; a part of 0 % is named by its own files"),
        FieldSchema("seed", Integer(0), "of the split's draw", "0"),
        FieldSchema(
            "energy",
            Text(ENERGY_KEY),
            f"key of the total energy in each frame's header; {_FOUND}",
            option="energy_key",
        ),
        FieldSchema("forces", Text(FORCES_KEY), f"name of the forces column; {_FOUND}", option="forces_key"),
        FieldSchema("stress", Text(STRESS_KEY), "key of the stress; absent: no stress", option="stress_key"),
        FieldSchema("virial", Text('"virial"'), "key of a virial; the stress is -virial/volume"),
        FieldSchema(
            "positive",
            Choice(("tension", "compression")),
            "what a positive stress or virial means; absent: `tension` for a stress, as in ASE, `compression` for a "
            "virial, as in QUIP and MACE",
        ),
        FieldSchema(
            "isolated",
            AnyOf((Choice(("alone",)), Text(f'"{ISOLATED_ATOM}"'))),
            "config_type of frames that hold a free atom's energy; `alone`: every frame of one atom that has no image "
            "of itself within 8 Å",
            f'"{ISOLATED_ATOM}"',
        ),
        FieldSchema("select", ListOf(Text('"bulk"')), "config types that are used; absent: all"),
        FieldSchema("exclude", ListOf(Text('"dimer"')), "config types that are left out"),
        FieldSchema(
            "every",
            Integer(1, 1_000_000),
            "uses every n-th frame of each file, counted after `select` and `exclude`; isolated atoms are always kept",
            "1",
        ),
        FieldSchema("units", UNITS, "of the numbers in the files", "dft"),
        FieldSchema(
            "types", ListOf(Element()), "elements of the atom types 1, 2, … of LAMMPS dumps that do not name them"
        ),
    ),
)
