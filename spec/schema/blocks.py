"""The schema table: every block and field of the language, as data.

Checker, documentation, completion, JSON Schema, the pilot's tools and the search space are derived from it;
nothing about a field is said anywhere else.
"""

from __future__ import annotations

from mlipilot.spec.schema import plausible
from mlipilot.spec.schema.calls import LOSS, SCHEDULER
from mlipilot.spec.schema.campaign import PILOT, SEARCH
from mlipilot.spec.schema.dynamics import DYNAMICS, RELAXATION, TEMPERATURE, time
from mlipilot.spec.schema.encoding import ENCODING
from mlipilot.spec.schema.engine import ENGINES
from mlipilot.spec.schema.files import FILES
from mlipilot.spec.schema.molecules import MOLECULES
from mlipilot.spec.schema.structure import HERE, REFERENCE, UNSTRAINED, BlockSchema, FieldSchema
from mlipilot.spec.schema.types import (
    Boolean,
    CallOf,
    Choice,
    Element,
    Integer,
    ListOf,
    Parameter,
    RangeOf,
    Real,
    ReferenceTo,
    Signature,
    Text,
)

EDITIONS = ("2026",)
SPLITS = ("train", "valid", "test", "sealed")
EMT_METALS = ("Al", "Cu", "Ag", "Au", "Ni", "Pd", "Pt")
"""The fcc metals that ASE's EMT has parameters for."""
_NO_EMT = (
    "effective-medium theory has no parameters for {element}; frames of it that another method labelled come from "
    "files: `dataset name : files {{ … }}`"
)

_SEED = Integer(0, 2**32 - 1)
"""Of a training: the generators of NumPy that MACE seeds take no more."""


_ROWS: tuple[BlockSchema, ...] = (
    BlockSchema(
        "experiment",
        None,
        "What is asked.",
        (FieldSchema("question", Text(), "the question, in a sentence; it heads the report"),),
        label="string",
        once=True,
    ),
    BlockSchema(
        "dataset",
        "emt_supercells",
        "Strained, thermal supercells of an fcc metal, labelled by ASE's effective-medium theory.",
        (
            FieldSchema("element", Element(EMT_METALS, _NO_EMT), "the metal", required=True),
            FieldSchema(
                "lattice",
                Real("length", above="1", below="10", example="3.59 Å", plausible=plausible.LATTICE),
                "edge of the unstrained cubic cell of four atoms",
                required=True,
            ),
            FieldSchema("repeats", ListOf(Integer(1, 20), 3, 3), "of the cubic cell along each axis", required=True),
            FieldSchema(
                "strain",
                RangeOf(Real(above="-0.5", below="0.5", example="-4 % .. 4 %", plausible=plausible.STRAIN)),
                "isotropic, uniform, one draw a trajectory",
                "0 % .. 0 %",
            ),
            FieldSchema(
                "temperatures",
                ListOf(TEMPERATURE),
                "of the thermostat",
                required=True,
            ),
            FieldSchema("trajectories", Integer(1, 10_000), "at each temperature", required=True),
            FieldSchema(
                "frames", Integer(1, 10_000), "of each trajectory, evenly spaced after equilibration", required=True
            ),
            FieldSchema(
                "split",
                CallOf(
                    (
                        Signature(
                            "by_trajectory",
                            (
                                Parameter("train", Integer(1), doc="trajectories at each temperature that fit"),
                                Parameter("valid", Integer(1), doc="that pick the checkpoint"),
                                Parameter("test", Integer(1), doc="that judge"),
                                Parameter("sealed", Integer(0), "0", doc="that are opened once, at a campaign's end"),
                            ),
                            "whole trajectories go to one split, so that neighbours in time never leak",
                            divides="trajectories",
                        ),
                    )
                ),
                "which trajectories go where",
                required=True,
            ),
            FieldSchema("seed", Integer(0), "of strains, velocities and thermostat; a stream for each trajectory", "0"),
            FieldSchema("timestep", time("5 fs", plausible.TIMESTEP, maximum="20"), "of the integrator", "5 fs"),
            FieldSchema(
                "equilibration", time("1 ps", plausible.EQUILIBRATION, above=None), "before the first frame", "1 ps"
            ),
            FieldSchema("spacing", time("100 fs", plausible.SPACING), "time between frames", "100 fs"),
            FieldSchema("relaxation", RELAXATION, "of the Langevin thermostat", "100 fs"),
        ),
        offers=(UNSTRAINED, REFERENCE),
    ),
    FILES,
    MOLECULES,
    BlockSchema(
        "model",
        "mace",
        "A MACE interatomic potential (mace-torch).",
        (
            FieldSchema(
                "r_max",
                Real("length", above="0.5", maximum="20", example="5 Å", plausible=plausible.CUTOFF),
                "cutoff radius",
                "5 Å",
                option="r_max",
            ),
            FieldSchema("channels", Integer(1, 4096), "features of each node and order", "128", option="num_channels"),
            FieldSchema("max_L", Integer(0, 4), "highest order of the hidden features", "1", option="max_L"),
            FieldSchema("max_ell", Integer(0, 6), "highest order of the spherical harmonics", "3", option="max_ell"),
            FieldSchema(
                "correlation", Integer(1, 5), "body order of the products, less one", "3", option="correlation"
            ),
            FieldSchema("interactions", Integer(1, 6), "message-passing layers", "2", option="num_interactions"),
            FieldSchema("radial_basis", Integer(1, 64), "Bessel functions", "8", option="num_radial_basis"),
            FieldSchema(
                "cutoff_basis",
                Integer(1, 64),
                "order of the polynomial that smooths the cutoff",
                "5",
                option="num_cutoff_basis",
            ),
            FieldSchema(
                "radial_mlp",
                ListOf(Integer(1, 4096)),
                "widths of the radial network",
                "[64, 64, 64]",
                option="radial_MLP",
            ),
            FieldSchema(
                "readout", Integer(1, 4096), "scalars of the last readout's hidden layer", "16", option="MLP_irreps"
            ),
            FieldSchema(
                "pair_repulsion", Boolean(), "add a ZBL repulsion at short range", "false", option="pair_repulsion"
            ),
            FieldSchema(
                "e0",
                CallOf(
                    (
                        Signature("average", (), "least squares over the training energies"),
                        Signature("isolated", (), "from frames of one atom with config_type=IsolatedAtom"),
                        Signature(
                            "values",
                            (),
                            "given for each element",
                            Real("energy", example="3.51 eV", plausible=plausible.ATOM_ENERGY),
                        ),
                    )
                ),
                "energy of each isolated atom",
                "average",
                option="E0s",
            ),
            FieldSchema(
                "scaling",
                Choice(("rms_forces", "std_energy", "none")),
                "scale of the network's output",
                "rms_forces",
                option="scaling",
            ),
            FieldSchema(
                "precision",
                Choice(("float64", "float32")),
                "of training, dynamics and the saved model",
                "float64",
                option="default_dtype",
            ),
        ),
        searched=True,
    ),
    BlockSchema(
        "training",
        None,
        "Fits a model to a data set, stage after stage. Each epoch visits every configuration once, in an order of its "
        "own; its last batch may be smaller than `batch`. Each of `seeds` gives a model, with initial weights and "
        "orders of its own.",
        (
            FieldSchema("model", ReferenceTo("model"), "what is fitted", required=True),
            FieldSchema("data", ReferenceTo("dataset"), "what it is fitted to", required=True, fixed=True),
            FieldSchema("batch", Integer(1, 100_000), "configurations a step", "10", option="batch_size"),
            FieldSchema(
                "valid_batch", Integer(1, 100_000), "configurations a validation step", "10", option="valid_batch_size"
            ),
            FieldSchema(
                "ema",
                Real(above="0", below="1", example="0.99", plausible=plausible.EMA),
                "decay of the averaged weights, which are validated and saved; absent: no average",
                option="ema_decay",
            ),
            FieldSchema(
                "clip",
                Real(above="0", example="10", plausible=plausible.CLIP),
                "largest norm of the gradient",
                "10",
                option="clip_grad",
            ),
            FieldSchema(
                "weight_decay",
                Real(minimum="0", example="5e-7", plausible=plausible.WEIGHT_DECAY),
                "of the linear and product weights",
                "5e-7",
                option="weight_decay",
            ),
            FieldSchema("amsgrad", Boolean(), "the AMSGrad variant of Adam", "true", option="amsgrad"),
            FieldSchema(
                "patience",
                Integer(1),
                "epochs without a better validation loss that end a stage; absent: never",
                option="patience",
            ),
            FieldSchema("seeds", ListOf(_SEED), "one model for each; all are judged", "[1]", option="seed", fixed=True),
        ),
        children=("stage",),
        searched=True,
    ),
    BlockSchema(
        "stage",
        None,
        "One stretch of a training, with its own loss and learning rate.",
        (
            FieldSchema(
                "epochs", Integer(1, 1_000_000), "passes over the training set", required=True, option="max_num_epochs"
            ),
            FieldSchema(
                "lr",
                Real(above="0", maximum="1", example="1e-2", plausible=plausible.LEARNING_RATE),
                "learning rate",
                "1e-2",
                option="lr",
            ),
            FieldSchema("loss", LOSS, "what is minimised", "weighted(energy = 1, forces = 100)", option="loss"),
            FieldSchema(
                "scheduler",
                SCHEDULER,
                "how the learning rate changes",
                "plateau(factor = 0.8, patience = 50)",
                option="scheduler",
            ),
            FieldSchema("enabled", Boolean(), "whether it runs; an edit never deletes text", "true"),
        ),
        searched=True,
    ),
    *DYNAMICS,
    BlockSchema(
        "scorecard",
        None,
        "What a model must satisfy to be accepted.",
        (
            FieldSchema("judges", ReferenceTo("training"), "the training that is judged", required=True),
            FieldSchema("confidence", Real(above="0.5", below="1", example="95 %"), "of each one-sided bound", "95 %"),
        ),
        once=True,
        rules=True,
    ),
    SEARCH,
    BlockSchema(
        "budget",
        None,
        "What may be spent.",
        (
            FieldSchema(
                "device_time", time("2 h", plausible.DEVICE_TIME), "seconds of a leased device, over all attempts"
            ),
            FieldSchema("wall", time("4 h", plausible.WALL), "from the start of `execute` to its end"),
            FieldSchema("trials", Integer(1), "design points of each arm of a campaign, in each replicate"),
            FieldSchema("tokens", Integer(0), "of all language models of a campaign"),
            FieldSchema(
                "money",
                Real(minimum="0", example="5"),
                "of all language models of a campaign, in the currency of `prices`",
            ),
        ),
        label="none",
        once=True,
        bounds=True,
    ),
    *ENGINES,
    PILOT,
    ENCODING,
)

BLOCKS = {(block.kind, block.tag): block for block in _ROWS}
"""By kind and tag; None is the tag of a kind that takes none."""
KINDS = frozenset(kind for kind, _ in BLOCKS)
TOP_KINDS = KINDS - {child for block in _ROWS for child in block.children}
"""Those of blocks that stand at the top of a file."""


def is_here(engine: str | None) -> bool:
    """Whether the jobs of an engine, by the tag of its block, run on the machine that executes the plan."""
    schema = block_schema("engine", engine)
    return schema is not None and HERE in schema.offers


def tags(kind: str) -> tuple[str, ...]:
    """The tags of a kind; empty where it takes none."""
    return tuple(tag for known, tag in BLOCKS if known == kind and tag is not None)


def block_schema(kind: str, tag: str | None) -> BlockSchema | None:
    """The schema of a kind and tag."""
    return BLOCKS.get((kind, tag))
