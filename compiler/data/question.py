"""What is asked of data files, and what can be found: values that know neither specs nor command lines.

Whoever asks (a spec's `files` data set, a MACE configuration) fills in a `Question`, and maps the anchors of the
findings to places in a text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlipilot.compiler.backends.mace.losses import Loss
from mlipilot.compiler.data.division import Problem, Rows
from mlipilot.compiler.data.selection import Selection
from mlipilot.compiler.data.units import Units
from mlipilot.spec.schema.labels import CLAIMED, FRAME_WEIGHT, weight_key

if TYPE_CHECKING:
    from mlipilot._core import FrameScan

LABELS = ("energy", "forces", "stress")
FREE_ENERGY = "free_energy"
"""Header key of the energy that forces are the derivative of, where electrons are smeared."""
TEMPERATURE = "temperature"
"""Header key of the temperature that a frame was drawn at, K."""


class Part(NamedTuple):
    """The frames of one file that are of a split."""

    scan: FrameScan
    rows: Rows
    """Of the scan, rising."""
    source: str
    """The field that names the file: `files`, or that of a split."""
    file: int
    """Which of that field's files."""
    groups: Sequence[str | None] | None = None
    """What each frame is resampled with; None: as the scan has it."""
    written: WrittenBy | None = None

    @property
    def elements(self) -> list[str]:
        """Those of its frames; of frames that are left out there may be more."""
        atoms = np.asarray(self.scan.composition)[self.rows].sum(axis=0)
        return [symbol for symbol, number in zip(self.scan.elements, atoms, strict=True) if number]

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Which rows of the scan they are."""
        mask = np.zeros(self.scan.frames, bool)
        mask[self.rows] = True
        return mask

    @classmethod
    def whole(cls, scan: FrameScan, source: str, file: int) -> Part:
        """All frames of a file."""
        return cls(scan, np.arange(scan.frames), source, file)


class WrittenBy(NamedTuple):
    """What a file's format says of it."""

    format: str
    energy: str = ""
    """Key of the energy that forces are the derivative of, where the format always has one."""
    own_units: str = ""
    """The units that the format is always in; empty where it has none of its own."""
    stated_units: str = ""
    """What the file itself says of its units."""
    remark: str = ""
    """What is left out of it without being a fault."""


@dataclass(frozen=True)
class Split:
    """One split's files, scanned."""

    name: str
    """`train`, `valid`, `test` or `sealed`; of `sealed` no value is ever printed."""
    parts: tuple[Part, ...]

    @classmethod
    def of_scans(cls, name: str, scans: Sequence[FrameScan]) -> Split:
        """A split that has all frames of its own files."""
        return cls(name, tuple(Part.whole(scan, name, file) for file, scan in enumerate(scans)))


class OtherLabel(NamedTuple):
    """What a training reads of a frame besides `LABELS`."""

    key: str
    sizes: tuple[int, ...]
    """Numbers that it may have: of an atom for a column, else of a frame."""
    per_atom: bool = False
    is_trained: bool = True
    """Whether the loss weighs it; else it is given to the model."""


MoreKeys = tuple[tuple[str, tuple[int, ...]], ...]
"""Keys, each with the numbers of values that it may have."""


def more_keys(others: Mapping[str, OtherLabel]) -> MoreKeys:
    """What a scan looks at besides `LABELS`."""
    weights = (FRAME_WEIGHT, *map(weight_key, (*LABELS, *others)))
    scalars: dict[str, tuple[int, ...]] = dict.fromkeys((*weights, FREE_ENERGY, TEMPERATURE), (1,))
    return tuple((scalars | {other.key: other.sizes for other in others.values()}).items())


class UsedLoss(NamedTuple):
    """A loss with the weights that it is used with."""

    name: str
    """As it was written."""
    loss: Loss
    weights: Mapping[str, float]
    """Of its terms, by label."""

    @property
    def trained(self) -> tuple[str, ...]:
        """Labels that it trains."""
        return tuple(label for label in self.loss.terms if self.weights.get(label, 0.0) != 0.0)


@dataclass(frozen=True)
class Question:
    """Data files and what they are meant for."""

    splits: tuple[Split, ...]
    energy: str
    """Key of the total energy, eV."""
    forces: str
    """Name of the forces column, eV/Å."""
    stress: str | None
    """Key of the stress, eV/Å³, or of the virial, eV; None where none is used."""
    virial: bool = False
    """Whether what has the key of the stress is a virial."""
    selection: Selection = field(default_factory=Selection)
    """Which frames of the files are used, and where they go."""
    units: Units = field(default_factory=Units)
    """What the files are in; labels and lengths are converted before anything looks at them."""
    types: tuple[str, ...] = ()
    """Elements of atom types that a format only numbers."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with the selection, once the files were scanned."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Frames that are not used, by the reason, once the files were scanned."""
    e0: str | None = None
    """Reference energies: `average`, `isolated` or `values`; None where no model is trained."""
    e0_values: Mapping[str, float] | None = None
    """Energy of each element's atom, eV."""
    r_max: float | None = None
    """Cutoff of the model, Å."""
    batch: int | None = None
    valid_batch: int | None = None
    losses: tuple[UsedLoss, ...] = ()
    """Of each stage."""
    robust_loss: bool = False
    """Large errors count less than squared, so outliers hurt less."""
    stock: bool = False
    """Read by `mace_run_train`: it drops the last batch, trains on atoms without a neighbour, and refuses no label that
    a frame lacks."""
    others: Mapping[str, OtherLabel] = field(default_factory=dict)
    """Other labels by name."""
    type_weights: Mapping[str, float] = field(default_factory=dict)
    """Weight of the frames of a `config_type`; 1 for all others."""

    def key(self, label: str) -> str | None:
        """The key of a label of `LABELS`."""
        return {"energy": self.energy, "forces": self.forces, "stress": self.stress}[label]

    def weight(self, label: str) -> float:
        """The largest weight that a stage's loss gives a label."""
        return max((used.weights.get(label, 0.0) for used in self.losses), default=0.0)

    def is_masked(self, label: str) -> bool:
        """Whether a frame without a label is trained without it; else it is refused, or trained as if it were 0."""
        return (
            self.stock and self.key(label) not in CLAIMED and all(label in used.loss.by_label for used in self.losses)
        )


class Anchor(NamedTuple):
    """What a finding is about: the part of the question to change."""

    part: str
    """`file`, `energy`, `forces`, `stress`, `e0`, `r_max`, `batch`, `valid_batch`, `loss` or `dataset`, or another
    field of the data set."""
    source: str | None = None
    file: int | None = None
    """Of a `file`: the field that names it (a split, or `files`), and which of the field's files."""
    element: str | None = None
    """Of `e0`: the element whose energy it is, where it is one's."""


@dataclass(frozen=True)
class Finding:
    """One thing that the data prove."""

    code: str
    headline: str
    anchor: Anchor
    label: str = ""
    help: str = ""
    notes: tuple[str, ...] = ()
    replacement: str | None = None
    """A safe new text for the anchored value."""
