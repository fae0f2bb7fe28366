"""What is asked of data files, and what can be found: values that know neither specs nor command lines.

Whoever asks (a spec's `files` data set, a MACE configuration) fills in a `Question`, and maps the anchors of the
findings to places in a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from mlipilot.compiler.backends.mace.losses import Loss
from mlipilot.spec.schema.labels import CLAIMED, FRAME_WEIGHT, weight_key

if TYPE_CHECKING:
    from mlipilot._core import ExtxyzScan

LABELS = ("energy", "forces", "stress")
FREE_ENERGY = "free_energy"
"""Header key of the energy that forces are the derivative of, where electrons are smeared."""
TEMPERATURE = "temperature"
"""Header key of the temperature that a frame was drawn at, K."""


@dataclass(frozen=True)
class Split:
    """One split's files, scanned."""

    name: str
    """`train`, `valid`, `test` or `sealed`; of `sealed` no value is ever printed."""
    scans: tuple[ExtxyzScan, ...]


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
    """Key of the stress, eV/Å³; None where none is used."""
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
    """`file`, `energy`, `forces`, `stress`, `e0`, `r_max`, `batch`, `valid_batch`, `loss` or `dataset`."""
    split: str | None = None
    file: int | None = None
    """Of a `file`: its split, and which of the split's files."""
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
