"""Several configurations as one graph, the form in which MACE takes them.

What a composition fixes (one-hot elements, cells, offsets) is built once; a step of molecular dynamics renews
only positions and edges.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from ase import Atoms
from numpy.typing import NDArray

from mlipilot.runtime.dynamics.edges import EdgeCache, Edges, find_edges
from mlipilot.runtime.foundation.failures import JobFailure


class Batch:
    """Configurations of fixed composition and cell, evaluated together."""

    def __init__(
        self,
        frames: Sequence[Atoms],
        *,
        elements: NDArray[np.int64],
        cutoff: float,
        dtype: torch.dtype,
        device: torch.device,
        skin: float = 0.0,
    ) -> None:
        """Prepare the parts that do not change with the positions.

        `elements` are the atomic numbers the model knows, ascending; `cutoff` and `skin` are in Å.
        Raises `JobFailure` MLP0813 for an element that is not among them.
        """
        self.sizes = np.array([len(frame) for frame in frames], dtype=np.int64)
        self.offsets = np.concatenate([[0], np.cumsum(self.sizes)])
        self._cells = [np.asarray(frame.cell.array, dtype=np.float64) for frame in frames]
        self._pbc = [np.asarray(frame.pbc, dtype=bool) for frame in frames]
        self._dtype, self._device = dtype, device
        self._edges = EdgeCache(self._search, cutoff, skin)
        numbers = np.concatenate([frame.numbers for frame in frames])
        unknown = sorted(set(numbers.tolist()) - set(elements.tolist()))
        if unknown:
            names = Atoms(numbers=unknown).get_chemical_symbols()
            raise JobFailure(
                "MLP0813",
                f"the model does not know {', '.join(names)}",
                "train on frames that hold every element the model is used on",
            )
        one_hot = np.searchsorted(elements, numbers)[:, None] == np.arange(len(elements))[None, :]
        graphs = np.repeat(np.arange(len(frames)), self.sizes)
        self._fixed = {
            "node_attrs": self._real(one_hot),
            "cell": self._real(np.concatenate(self._cells)),
            "batch": torch.as_tensor(graphs, device=device),
            "ptr": torch.as_tensor(self.offsets, device=device),
            "head": torch.zeros(len(frames), dtype=torch.int64, device=device),
        }

    def tensors(self, positions: NDArray[np.float64], *, images: bool = False) -> dict[str, torch.Tensor]:
        """MACE's input for `positions` (atoms of all configurations, 3), in Å; `images` adds what a stress needs."""
        edges, _ = self._edges.find(positions)
        tensors = dict(self._fixed)
        tensors["positions"] = self._real(positions)
        tensors["edge_index"] = torch.as_tensor(edges.index, device=self._device)
        tensors["shifts"] = self._real(edges.shifts)
        if images:
            tensors["unit_shifts"] = self._real(edges.images)
        return tensors

    def _search(self, positions: NDArray[np.float64], cutoff: float) -> Edges:
        parts = [
            find_edges(positions[start:stop], cell, pbc, cutoff)
            for start, stop, cell, pbc in zip(self.offsets[:-1], self.offsets[1:], self._cells, self._pbc, strict=True)
        ]
        return Edges(
            np.concatenate([part.index + start for part, start in zip(parts, self.offsets, strict=False)], axis=1),
            np.concatenate([part.images for part in parts]),
            np.concatenate([part.shifts for part in parts]),
        )

    def _real(self, values: NDArray[np.generic]) -> torch.Tensor:
        return torch.as_tensor(values, dtype=self._dtype).to(self._device)
