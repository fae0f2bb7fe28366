"""A toy source of data, the compiler's side: rattled cells of a metal, each frame by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlipilot.compiler.datasets import DataSource, Facts
from mlipilot.compiler.datasets.data_files import DataFiles
from mlipilot.compiler.datasets.source import Elements
from mlipilot.compiler.extent import Extent
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.schema import SPLITS
from mlipilot.spec.values import BlockValue

TAG = "rattled"
ATOMS = 8


class _Rattled(DataSource):
    tag = TAG
    version = 1

    def check(self, block: BlockValue) -> list[Diagnostic]:
        """Nothing but what the schema says."""
        return []

    def parameters(self, block: BlockValue, files: DataFiles) -> dict[str, Any]:
        """The amplitude in Å."""
        return {
            "element": block.text("element"),
            "amplitude": float(block.number("amplitude")),
            "frames": block.integer("frames"),
        }

    def facts(self, block: BlockValue) -> Facts:
        """Each frame is a trajectory of its own; none is sealed."""
        if not (block.has("element") and block.has("frames")):
            return Facts()
        frames = {split: block.integer("frames") * (split != "sealed") for split in SPLITS}
        return Facts(Elements((block.text("element"),)), frames=frames, trajectories=frames, isolated_atoms=False)

    def seconds(self, params: Mapping[str, Any]) -> float:
        """A moment."""
        return 1.0

    def extent(self, params: Mapping[str, Any], split: str) -> Extent:
        """All frames are of one size."""
        return Extent(params["frames"], ATOMS)

    def question(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """All parameters."""
        return dict(params)


SOURCE = _Rattled()
