"""How large the frames of a plan's splits are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from mlipilot.compiler.data.answers import Size
    from mlipilot.compiler.plan import Plan


class Extent(NamedTuple):
    """How large the frames of a split are."""

    frames: int
    atoms: float
    """Of a frame."""
    neighbours: float | None = None
    """Of an atom within the model's cutoff; None where the metal's density must do."""

    @property
    def all_atoms(self) -> float:
        """Of all frames together."""
        return self.frames * self.atoms


_ASSUMED = Extent(1000, 30)
"""Of a data set whose files the compiler did not count."""
Counted = Mapping[str, Mapping[str, "Size"]]
"""Splits of each data set of files, by its name, as a scan counted them."""


class Described(Protocol):
    """A source of data, as far as it tells the extent of its frames by a job's parameters."""

    def extent(self, params: Mapping[str, Any], split: str) -> Extent | None:
        """Of a split; None where only the files tell."""

    def cell_atoms(self, params: Mapping[str, Any]) -> int:
        """Atoms of the unstrained cell."""


class Extents:
    """The extents of a plan's data sets; `sources` by tag."""

    def __init__(self, plan: Plan, files: Counted | None, sources: Mapping[str, Described]) -> None:
        self._plan, self._sources = plan, sources
        self._files = {
            name: {split: Extent(size.frames, size.atoms, size.neighbours) for split, size in splits.items()}
            for name, splits in (files or {}).items()
            if splits
        }

    @property
    def counted(self) -> bool:
        """Whether the frames of every data set are known."""
        return all(
            job.block in self._files or self._sources[job.params["op"]].extent(job.params, "train") is not None
            for job in self._plan.jobs
            if "op" in job.params
        )

    def of(self, dataset: str, split: str) -> Extent:
        """The extent of a split of a dataset job."""
        job = self._plan.job(dataset)
        known = self._sources[job.params["op"]].extent(job.params, split)
        return known or self._files.get(job.block, {}).get(split, _ASSUMED)

    def cell_atoms(self, dataset: str) -> int:
        """Atoms of the unstrained cell of a dataset job."""
        params = self._plan.job(dataset).params
        return self._sources[params["op"]].cell_atoms(params)
