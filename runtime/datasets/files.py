"""Frames of the user's files, their labels stored under names of our own instead of the user's.

A missing label is never taken for zero and a file is never taken for another: each file's bytes are checked
against what the compiler saw, and every frame must carry finite values for each label named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlipilot.compiler.datasets.file_fields import FILE_FIELDS
from mlipilot.runtime.datasets.elements import check_elements
from mlipilot.runtime.datasets.file_sample import sample_files
from mlipilot.runtime.datasets.file_set import FileSet
from mlipilot.runtime.datasets.labels import is_isolated_atom
from mlipilot.runtime.datasets.source import DataSource, Made, Sample
from mlipilot.runtime.foundation.failures import JobFailure
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.spec.schema import SPLITS


def read_splits(params: Mapping[str, Any]) -> Made:
    """Read every split of a `files` dataset.

    Raises `JobFailure`: MLP0814 for a file that changed, cannot be read or holds nothing, and for frames that cannot be
    shared out; MLP0811 for a label that is missing or not finite; MLP0813 for an element that is in no training frame.
    """
    files = {source: [_unchanged(entry) for entry in params[source]] for source in FILE_FIELDS}
    chosen = FileSet(params, files)
    places = {
        part: [place for place in chosen.places(part) if part == "train" or not place.isolated] for part in SPLITS
    }
    frames = iter(chosen.frames([place for of_part in places.values() for place in of_part]))
    splits = {part: [next(frames) for _ in of_part] for part, of_part in places.items()}
    for name, of_split in splits.items():
        if name != "sealed" and all(is_isolated_atom(frame) for frame in of_split):
            raise JobFailure(
                "MLP0814",
                f"the {name} split has no frames besides isolated atoms",
                "name at least one file that holds some",
            )
    check_elements(splits)
    return Made(splits, provenance=_provenance(params, chosen))


def _unchanged(entry: Mapping[str, Any]) -> Path:
    """The path of a file whose bytes are those that the plan was compiled with."""
    path = Path(entry["path"])
    try:
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise JobFailure("MLP0814", f"{path} cannot be read: {error.strerror}") from error
    if sha256 != entry["sha256"]:
        raise JobFailure("MLP0814", f"{path} has changed since the plan was compiled", "compile again")
    return path


def _provenance(params: Mapping[str, Any], chosen: FileSet) -> dict[str, Any]:
    """Where the frames come from and what was made of them, as JSON."""
    files = [
        {
            "field": source,
            "name": Path(entry["path"]).name,
            "sha256": entry["sha256"],
            "format": scanned.written.format,
            "frames": scanned.scan.frames,
            "remark": scanned.written.remark,
        }
        for source in FILE_FIELDS
        for entry, scanned in zip(params[source], chosen.scans[source], strict=True)
    ]
    said = (
        "energy",
        "forces",
        "stress",
        "virial",
        "split",
        "seed",
        "isolated",
        "select",
        "exclude",
        "every",
        "units",
        "types",
    )
    return {"files": files, "left_out": dict(chosen.parted.left_out), **{name: params[name] for name in said}}


class _Files(DataSource):
    def make(self, job: JobContext) -> Made:
        """Read every split."""
        job.progress(phase="read")
        return read_splits(job.params)

    def sample(self, question: Mapping[str, Any], paths: Mapping[str, str]) -> Sample:
        """Some frames, wherever they stand."""
        return sample_files(question, paths)


SOURCE = _Files()
