"""Frames of extended XYZ files, with the user's label names mapped to `REF_` names.

A missing label is never taken for zero and a file is never taken for another: each file's bytes are checked
against what the compiler saw, and every frame must carry finite values for each label named.
"""

from __future__ import annotations

import difflib
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ase.io
import numpy as np
from ase import Atoms
from ase.stress import full_3x3_to_voigt_6_stress
from numpy.typing import NDArray

from mlipilot.runtime.datasets.frames import SPLITS, is_isolated_atom, labelled
from mlipilot.runtime.operations.context import JobFailure

KEPT = ("trajectory", "temperature", "config_type", "config_weight", "config_energy_weight", "config_forces_weight")


@dataclass(frozen=True)
class LabelKeys:
    """The names of the labels in the user's files; None for a label that is not used."""

    energy: str
    forces: str
    stress: str | None

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> LabelKeys:
        """The names that a plan's parameters give."""
        return cls(str(params["energy"]), str(params["forces"]), params.get("stress"))


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
        frames = list(ase.io.iread(io.StringIO(content.decode()), index=":", format="extxyz"))
    except Exception as error:  # ASE's reader raises whatever its parsing ran into
        raise JobFailure("MLP0814", f"{path} is not extended XYZ: {error}") from error
    if not frames:
        raise JobFailure("MLP0814", f"{path} holds no frames")
    return [map_labels(frame, keys, path, number) for number, frame in enumerate(frames)]


def map_labels(frame: Atoms, keys: LabelKeys, path: Path, number: int) -> Atoms:
    """A frame, the `number`-th of the file at `path`, with its labels under `REF_` names; MLP0811 as `read_splits`."""
    where = f"{path}, frame {number}"
    alone = is_isolated_atom(frame)
    energy = _label(frame, keys.energy, (1,), where)
    # the force on a free atom is zero by symmetry, and files leave it out
    forces = (
        np.zeros((1, 3))
        if alone and _find(frame, keys.forces) is None
        else _label(frame, keys.forces, (len(frame), 3), where)
    )
    stress = None
    if keys.stress is not None and not alone:
        stress = _voigt(_label(frame, keys.stress, None, where), keys.stress, where)
    info = {key: frame.info[key] for key in KEPT if key in frame.info}
    info.setdefault("trajectory", f"{path.stem}-{number}")
    info["trajectory"] = str(info["trajectory"])
    return labelled(frame, energy=float(energy.reshape(())), forces=forces, stress=stress, info=info)


def _label(frame: Atoms, key: str, shape: tuple[int, ...] | None, where: str) -> NDArray[np.float64]:
    value = _find(frame, key)
    if value is None:
        present = sorted(_present(frame))
        nearest = difflib.get_close_matches(key, present, n=1, cutoff=0.0)
        raise JobFailure(
            "MLP0811",
            f"{where}: there is no `{key}`; the frame has {', '.join(f'`{name}`' for name in present) or 'no labels'}",
            f"did you mean `{nearest[0]}`?" if nearest else "label the frame or leave it out",
        )
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise JobFailure("MLP0811", f"{where}: `{key}` is not a number: {value!r}") from None
    if shape is not None and array.size != int(np.prod(shape)):
        raise JobFailure("MLP0811", f"{where}: `{key}` has the shape {array.shape}, expected {shape}")
    if not np.isfinite(array).all():
        raise JobFailure("MLP0811", f"{where}: `{key}` is not finite", "leave the frame out")
    return array if shape is None else array.reshape(shape)


def _find(frame: Atoms, key: str) -> Any:
    """A label's value, from wherever ASE's reader put it; None where the frame has none."""
    if key in frame.info:
        return frame.info[key]
    if key in frame.arrays:
        return frame.arrays[key]
    return frame.calc.results.get(key) if frame.calc is not None else None


def _present(frame: Atoms) -> set[str]:
    results = set(frame.calc.results) if frame.calc is not None else set()
    return (set(frame.info) | set(frame.arrays) | results) - {"numbers", "positions", *KEPT}


def _voigt(stress: NDArray[np.float64], key: str, where: str) -> NDArray[np.float64]:
    if stress.size == 6:
        return stress.reshape(6)
    if stress.size == 9:
        return np.asarray(full_3x3_to_voigt_6_stress(stress.reshape(3, 3)), dtype=np.float64)
    raise JobFailure("MLP0811", f"{where}: `{key}` has {stress.size} components, expected 6 or 9")


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
