"""The block of molecules that a quantum-chemical method labels: which, how displaced, by what, and their split."""

from __future__ import annotations

from mlipilot.spec.schema import plausible
from mlipilot.spec.schema.dynamics import TEMPERATURE, time
from mlipilot.spec.schema.structure import BlockSchema, FieldSchema
from mlipilot.spec.schema.types import (
    AnyOf,
    Boolean,
    CallOf,
    Choice,
    Element,
    Integer,
    ListOf,
    Parameter,
    RangeOf,
    Real,
    Signature,
    Text,
)

FUNCTIONALS = ("b3lyp", "b3lyp5", "pbe", "pbe0", "hf")
"""Those that have a word of their own."""
PRUNINGS = ("nwchem", "sg1", "treutler", "none")
DISPERSIONS = ("none", "d3bj", "d3zero", "d4")

_CHOSEN = (
    Parameter("molecules", Integer(1, 100_000), doc="how many, drawn by lot; absent: all", optional=True),
    Parameter(
        "heavy",
        RangeOf(Real(minimum="0", maximum="1_000", example="1 .. 4")),
        doc="least and most atoms that are no hydrogen; absent: any",
        optional=True,
    ),
    Parameter("elements", ListOf(Element()), doc="that molecules may hold; absent: any", optional=True),
    Parameter("seed", Integer(0), "0", "of the lot"),
)
_CHARGE = (
    Parameter("charge", Integer(-10, 10), doc="of each molecule; absent: what the file says, else 0", optional=True),
    Parameter(
        "multiplicity",
        Integer(1, 12),
        doc="1 and the number of unpaired electrons; absent: what the file says, else the lowest possible",
        optional=True,
    ),
)
SOURCE = CallOf(
    (
        Signature(
            "g2",
            _CHOSEN,
            "the closed-shell molecules of the G2 set that ASE has, of H, C, N and O unless `elements` says otherwise",
        ),
        Signature(
            "qm7",
            (Parameter("file", Text('"qm7.extxyz.gz"'), doc="where the geometries of QM7 lie"), *_CHOSEN),
            "geometries of QM7",
        ),
        Signature(
            "files",
            (Parameter("files", ListOf(Text('"molecules.xyz"')), doc="a frame is a molecule"), *_CHOSEN, *_CHARGE),
            "geometries from files that `dataset : files` reads",
        ),
        Signature(
            "smiles",
            (
                Parameter("smiles", ListOf(Text('"CCO"')), doc="one a molecule"),
                Parameter("seed", Integer(0), "0", "of the conformer"),
                *_CHARGE[1:],
            ),
            "conformers by RDKit's distance geometry, relaxed by its force field",
        ),
    )
)
_FAST = (
    Parameter("functional", AnyOf((Choice(FUNCTIONALS), Text('"wb97x"'))), "hf", "of the fast method"),
    Parameter("basis", Text('"sto-3g"'), '"sto-3g"', "of the fast method"),
)
DISPLACE = CallOf(
    (
        Signature("none", (), "only the geometry of the source"),
        Signature(
            "normal_modes",
            (
                Parameter("temperatures", ListOf(TEMPERATURE), doc="of classical harmonic vibrations"),
                Parameter("each", Integer(1, 1000), "1", "geometries of a molecule at each temperature"),
                *_FAST,
            ),
            "along the vibrations of a fast method; bonds of the given geometry are kept",
        ),
        Signature(
            "gaussian",
            (
                Parameter(
                    "width",
                    Real("length", above="0", maximum="0.5", example="0.05 Å", plausible=plausible.DISPLACEMENT),
                    doc="of a coordinate",
                ),
                Parameter("each", Integer(1, 1000), "1", "geometries of a molecule"),
            ),
            "each coordinate by a normal deviate; bonds of the given geometry are kept",
        ),
        Signature(
            "dynamics",
            (
                Parameter("temperatures", ListOf(TEMPERATURE), doc="of a run each, by a Langevin thermostat"),
                Parameter("each", Integer(1, 1000), "1", "geometries of a run, evenly spaced up to its end"),
                Parameter("duration", time("100 fs", plausible.DURATION), "100 fs", "of a run"),
                Parameter("timestep", time("1 fs", plausible.TIMESTEP, maximum="20"), "1 fs", "of the integrator"),
                *_FAST,
            ),
            "along short molecular dynamics with the forces of a fast method; bonds of the given geometry are kept",
        ),
    )
)
LABELS = CallOf(
    (
        Signature(
            "pyscf",
            (
                Parameter(
                    "functional",
                    AnyOf((Choice(FUNCTIONALS), Text('"wb97x"'))),
                    doc="`b3lyp` is Gaussian's, with VWN's RPA correlation; `b3lyp5` has VWN5; another by PySCF's name",
                ),
                Parameter("basis", Text('"6-31g(d)"'), doc="by PySCF's name"),
                Parameter(
                    "d_functions",
                    Choice(("cartesian", "spherical")),
                    doc="six d functions or five; absent: Cartesian for 6-31G and its family, else spherical",
                    optional=True,
                ),
                Parameter(
                    "fitting",
                    AnyOf((Choice(("none",)), Text('"def2-universal-jkfit"'))),
                    "none",
                    "auxiliary basis of density fitting",
                ),
                Parameter("grid", Integer(0, 9), "3", "PySCF's level of the integration grid"),
                Parameter("pruning", Choice(PRUNINGS), "nwchem", "of the grid near nuclei"),
                Parameter("dispersion", Choice(DISPERSIONS), "none", "added to energy and forces"),
                Parameter(
                    "conv_tol", Real(above="0", maximum="1e-6", example="1e-10"), "1e-10", "Hartree, between cycles"
                ),
                Parameter(
                    "conv_tol_grad",
                    Real(above="0", maximum="1e-3", example="1e-6"),
                    "1e-6",
                    "Hartree, norm of the orbital gradient",
                ),
            ),
            "by PySCF",
        ),
    )
)
_SHARES = (
    *(
        Parameter(part, Real(minimum="0", below="1", example=example), default, doc)
        for part, example, default, doc in (
            ("valid", "10 %", "10 %", "share of the molecules that pick the checkpoint"),
            ("test", "15 %", "15 %", "of those that judge"),
            ("sealed", "15 %", "0 %", "of those that are opened once, at a campaign's end"),
        )
    ),
    Parameter("seed", Integer(0), "0", "of the lot: another one moves molecules, and no label is made anew"),
)
SPLIT = CallOf(
    (
        Signature("by_molecule", _SHARES, "all geometries of a molecule go to one part; which, is drawn by lot"),
        Signature("by_size", _SHARES, "the largest molecules are tested and sealed, to see whether errors grow"),
    )
)
MOLECULES = BlockSchema(
    "dataset",
    "molecules",
    "Molecules labelled by a quantum-chemical method: total energies and forces in vacuum. A geometry is labelled once "
    "in a workspace, whichever specs ask for it. Free atoms of all elements, in their ground states, are in the data, "
    "for `e0 = isolated`. What cannot be labelled is named, and counted against `tolerate`.",
    (
        FieldSchema("source", SOURCE, "where geometries come from, and which are taken", required=True),
        FieldSchema("equilibrium", Boolean(), "the geometry of the source itself is among the data", "true"),
        FieldSchema("displace", DISPLACE, "geometries around that of the source", "none"),
        FieldSchema("labels", LABELS, "the method", required=True),
        FieldSchema(
            "tolerate",
            Real(minimum="0", below="1", example="2 %"),
            "share of the geometries that may fail to be labelled",
            "0 %",
        ),
        FieldSchema("split", SPLIT, "which molecules go where; the rest is fitted", "by_molecule"),
        FieldSchema("seed", Integer(0), "of the displacements: another one is labelled anew", "0"),
    ),
)
