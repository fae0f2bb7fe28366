"""Frames of the user's own files, with their labels under names of the user's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlipilot.compiler.data_paths import look
from mlipilot.compiler.datasets.data_files import DataFiles, base_folder
from mlipilot.compiler.datasets.source import DataSource, Facts
from mlipilot.compiler.faults import about
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.schema import SPLITS
from mlipilot.spec.schema.labels import LABELS, STRESS
from mlipilot.spec.values import BlockValue

_SECONDS = 2.0


class _Files(DataSource):
    tag = "files"
    version = 2
    reads_files = True

    def check(self, block: BlockValue) -> list[Diagnostic]:
        """Files that exist."""
        found: list[Diagnostic] = []
        base = base_folder(block)
        for split in SPLITS:
            for value in block.items(split) if block.has(split) else ():
                assert isinstance(value.data, str)
                assert value.span is not None
                problem, remedy = look(base, value.data)
                if problem:
                    headline = f"`{value.data}` {problem}"
                    found.append(about(block, "MLP0306", headline, value.span, "data file", help=remedy))
        return found

    def parameters(self, block: BlockValue, files: DataFiles) -> dict[str, Any]:
        """Files by split, and the keys of the labels."""
        splits = {
            split: [files.entry(block, value) for value in block.items(split)] if block.has(split) else []
            for split in SPLITS
        }
        return {**splits, **{name: block.text(name) if block.has(name) else None for name in LABELS}}

    def facts(self, block: BlockValue) -> Facts:
        """Hardly anything: a scan of the files tells the rest."""
        remedy = f'name their key, such as `stress = "{STRESS.key}"`'
        return Facts(lacks={} if block.has(STRESS.name) else {STRESS.name: remedy}, seals=block.has("sealed"))

    def seconds(self, params: Mapping[str, Any]) -> float:
        """Reading takes a moment."""
        return _SECONDS

    def question(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The files by their digests, and the keys."""
        digests = {split: [entry["sha256"] for entry in params[split]] for split in ("train", "valid")}
        return {"op": params["op"], **digests, **{name: params[name] for name in LABELS}}


SOURCE = _Files()
