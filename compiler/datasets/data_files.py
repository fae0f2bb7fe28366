"""Data files of a spec: a key depends on their content, and their paths stand beside the plan."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from mlipilot.spec.diagnostics import Annotation, Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.values import BlockValue, Value


class DataFiles:
    """Where each digest was read, and the files that could not be read."""

    def __init__(self, spec: Spec) -> None:
        self.folder = Path(spec.source.name).parent
        self.paths: dict[str, str] = {}
        """Path of each file, relative to the spec's folder, by SHA-256."""
        self.faults: list[Diagnostic] = []

    def entry(self, block: BlockValue, value: Value) -> dict[str, str]:
        """Name and SHA-256 of a file: what a key may depend on."""
        assert isinstance(value.data, str)
        path = base_folder(block) / value.data
        sha256 = ""
        try:
            with path.open("rb") as stream:
                sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            assert value.span is not None
            self.faults.append(
                Diagnostic(
                    "MLP0306",
                    f"`{value.data}` cannot be read: {error.strerror or error}",
                    block.source,
                    Annotation(value.span, "data file"),
                )
            )
        self.paths[sha256] = Path(os.path.relpath(path, self.folder)).as_posix()
        return {"name": path.name, "sha256": sha256}


def base_folder(block: BlockValue) -> Path:
    """The folder that paths in a block are relative to: that of the file it stands in."""
    return Path(block.source.name).parent
