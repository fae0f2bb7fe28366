"""Frames of extended XYZ files, their labels stored under names of our own instead of the user's.

A missing label is never taken for zero and a file is never taken for another: each file's bytes are checked
against what the compiler saw, and every frame must carry finite values for each label named.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ase.io
from ase import Atoms

from mlipilot.compiler.unpacking import unpacked
from mlipilot.runtime.datasets.file_sample import sample_files
from mlipilot.runtime.datasets.labels import is_isolated_atom
from mlipilot.runtime.datasets.source import DataSource, Made, Sample
from mlipilot.runtime.datasets.user_labels import LabelKeys, map_labels
from mlipilot.runtime.foundation.failures import JobFailure
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.spec.schema import SPLITS


def read_splits(params: Mapping[str, Any]) -> dict[str, list[Atoms]]:
    """Read every split of a `files` dataset.

    Raises `JobFailure`: MLP0814 for a file that changed, cannot be read or holds nothing, MLP0811 for a label that
    is missing or not finite, MLP0813 for an element that is in no training frame.
    """
    keys = LabelKeys.from_params(params)
    splits: dict[str, list[Atoms]] = {}
    for name in SPLITS:
        frames = [frame for entry in params.get(name) or [] for frame in _read_file(entry, keys)]
        if name != "train":
            frames = [frame for frame in frames if not is_isolated_atom(frame)]
        splits[name] = frames
        if name != "sealed" and all(is_isolated_atom(frame) for frame in frames):
            raise JobFailure(
                "MLP0814",
                f"the {name} split has no frames besides isolated atoms",
                "name at least one file that holds some",
            )
    _check_elements(splits)
    return splits


def _read_file(entry: Mapping[str, Any], keys: LabelKeys) -> list[Atoms]:
    path = Path(entry["path"])
    try:
        content = path.read_bytes()
    except OSError as error:
        raise JobFailure("MLP0814", f"{path} cannot be read: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise JobFailure("MLP0814", f"{path} has changed since the plan was compiled", "compile again")
    try:
        text = io.TextIOWrapper(unpacked(path, io.BytesIO(content)), encoding="utf-8").read()
        frames = list(ase.io.iread(io.StringIO(text), index=":", format="extxyz"))
    except Exception as error:  # ASE's reader raises whatever its parsing ran into
        raise JobFailure("MLP0814", f"{path} is not extended XYZ: {error}") from error
    if not frames:
        raise JobFailure("MLP0814", f"{path} holds no frames")
    return [map_labels(frame, keys, path, number) for number, frame in enumerate(frames)]


def _check_elements(splits: Mapping[str, Sequence[Atoms]]) -> None:
    known = {symbol for frame in splits["train"] for symbol in frame.get_chemical_symbols()}
    for name, frames in splits.items():
        for number, frame in enumerate(frames):
            unknown = sorted(set(frame.get_chemical_symbols()) - known)
            if unknown:
                raise JobFailure(
                    "MLP0813",
                    f"frame {number} of the {name} split holds {', '.join(unknown)}, which no training frame has",
                    "add such frames to the training split",
                )


class _Files(DataSource):
    def make(self, job: JobContext) -> Made:
        """Read every split."""
        job.progress(phase="read")
        return Made(read_splits(job.params))

    def sample(self, question: Mapping[str, Any], paths: Mapping[str, str]) -> Sample:
        """Some frames, wherever they stand."""
        return sample_files(question, paths)


SOURCE = _Files()
