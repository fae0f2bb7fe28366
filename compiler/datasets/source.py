"""What every source of data is asked on this side of the plan.

A source, the tag of a `dataset` block, is one module here, found by its tag in the table of
`mlipilot.compiler.datasets`, and one of the same name in `mlipilot.runtime.datasets`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

from mlipilot.compiler.datasets.data_files import DataFiles
from mlipilot.compiler.extent import Extent
from mlipilot.spec.diagnostics import Annotation, Diagnostic
from mlipilot.spec.values import BlockValue


class Stated(NamedTuple):
    """A length that a block states, in Å, and what is shown beside a fault that comes of it."""

    value: float
    place: Annotation | None = None
    remedy: str = ""


class Elements(NamedTuple):
    """All elements of a data set, and where the block says so."""

    symbols: tuple[str, ...]
    place: Annotation | None = None


class Facts(NamedTuple):
    """What a block alone tells of its frames, before any is made or read; None of what it does not tell."""

    elements: Elements | None = None
    frames: Mapping[str, int] | None = None
    """By split."""
    trajectories: Mapping[str, int] | None = None
    """By split: the groups that bounds resample."""
    trajectory: tuple[str, str] = ("trajectory", "trajectories")
    """What one of them and several are called."""
    nearest: Stated | None = None
    """The largest nearest-neighbour distance."""
    density: float | None = None
    """Atoms in an Å³, on average."""
    width: Stated | None = None
    """The narrowest cell."""
    hottest: float | None = None
    """K: of the temperatures at which frames are drawn."""
    atom_energies: Mapping[str, float] = MappingProxyType({})
    """eV: what the reference calculator gives an isolated atom, by element."""
    isolated_atoms: bool | None = None
    """Whether energies of isolated atoms are among the frames."""
    compositions: int | None = None
    """Of the training frames, those that are independent of each other."""
    lacks: Mapping[str, str] = MappingProxyType({})
    """Labels that no frame has, each with its remedy."""
    seals: bool = False
    """Whether any frame is sealed."""


class DataSource(ABC):
    """One tag of `dataset` blocks."""

    tag: ClassVar[str]
    version: ClassVar[int]
    """Of what the job makes; a new one makes old results stale."""
    reads_files: ClassVar[bool] = False
    """Whether the frames are in files of the user, which a scan looks at."""

    has_words: ClassVar[bool] = False
    """Whether a plan is introduced by a line about the data."""

    @abstractmethod
    def check(self, block: BlockValue) -> list[Diagnostic]:
        """Faults of a block that it shows by itself."""

    def unchecked(self, block: BlockValue) -> Iterator[str]:
        """What `check` cannot tell of a block, a sentence each."""
        yield from ()

    @abstractmethod
    def parameters(self, block: BlockValue, files: DataFiles) -> dict[str, Any]:
        """The parameters of the job, as JSON; data files are entered in `files`."""

    def in_words(self, params: Mapping[str, Any]) -> Iterator[str]:
        """What a job makes of the frames beyond what its block says; nothing where the block says all."""
        yield from ()

    def shards(self, block: BlockValue) -> dict[str, dict[str, Any]]:
        """Parameters of jobs that label frames for this one, by their names; none where the frames have labels."""
        return {}

    @abstractmethod
    def facts(self, block: BlockValue) -> Facts:
        """What a block alone tells; fields that could not be read are absent."""

    @abstractmethod
    def seconds(self, params: Mapping[str, Any]) -> float:
        """Seconds that making or reading the frames takes on one thread, by the analytic model."""

    def making_seconds(self, params: Mapping[str, Any], step: float, label: float, threads: int) -> float | None:
        """The same by seconds of a step and of a label that a probe measured; None where these say nothing."""
        return None

    def extent(self, params: Mapping[str, Any], split: str) -> Extent | None:
        """Frames and atoms of a split by a job's parameters; None where only the files tell."""
        return None

    def cell_atoms(self, params: Mapping[str, Any]) -> int:
        """Atoms of the unstrained cell of a data set that has one."""
        raise ValueError(f"`{self.tag}` has no unstrained cell")

    def cell(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """What a probe makes the unstrained cell of, the source's tag as `op` among it."""
        raise ValueError(f"`{self.tag}` has no unstrained cell")

    @abstractmethod
    def question(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """What decides what the frames are like and what they cost: all that a probe is told of a data set."""
