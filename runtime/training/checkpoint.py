"""Checkpoints: everything that decides the next number, in one file, after each epoch.

Stock MACE leaves out the averaged weights, the random states and the shuffling, and starts from epoch 0 without
failing where a checkpoint does not fit. Here a resumed training gives the same bits, and a checkpoint of other
parameters or data is told apart by its fingerprint.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from mlipilot.runtime.foundation.atomic_files import write_durably
from mlipilot.runtime.training.history import Epoch

NAME = "checkpoint.pt"
Weights = dict[str, torch.Tensor]


@dataclass
class Progress:
    """How far a training has come."""

    stage: int = 0
    """Index of the stage that runs."""
    stage_epoch: int = 0
    """Epochs of it that are done."""
    best_loss: float = float("inf")
    """Lowest validation loss of the stage."""
    best_epoch: int = 0
    """Number of the epoch, within the training, that gave it."""
    best: Weights | None = None
    """The averaged weights of that epoch."""
    selected: dict[str, Weights] = field(default_factory=dict)
    """Chosen weights of each finished stage."""
    selected_epochs: dict[str, int] = field(default_factory=dict)
    """Number, within the training, of the epoch each of them comes from."""
    ended: dict[str, str] = field(default_factory=dict)
    """Why each finished stage ended."""
    rows: list[Epoch] = field(default_factory=list)


def fingerprint(params: Mapping[str, Any], files: Mapping[str, Path]) -> str:
    """SHA-256 over the parameters and the bytes of the data files."""
    digest = hashlib.sha256(json.dumps(dict(params), sort_keys=True).encode())
    for role, path in sorted(files.items()):
        digest.update(role.encode())
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def random_state(device: torch.device) -> dict[str, Any]:
    """States of torch's (on the CPU and, where used, the GPU), NumPy's and Python's global generators."""
    return {
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state(device) if device.type == "cuda" else None,
        "numpy": np.random.get_state(),  # noqa: NPY002 - mace seeds the global generator
        "python": random.getstate(),
    }


def restore_random_state(state: Mapping[str, Any], device: torch.device) -> None:
    """Undo whatever was drawn since `random_state()`."""
    torch.set_rng_state(state["torch"])
    if device.type == "cuda" and state["cuda"] is not None:
        torch.cuda.set_rng_state(state["cuda"], device)
    np.random.set_state(state["numpy"])  # noqa: NPY002
    random.setstate(state["python"])


class CheckpointStore:
    """The checkpoint of one job, in its scratch folder."""

    def __init__(
        self, folder: Path, identity: str, device: torch.device, remark: Callable[[str], None] = lambda _: None
    ) -> None:
        """`remark` is told when a checkpoint is there and cannot be used."""
        self._path = folder / NAME
        self._identity = identity
        self._device = device
        self._remark = remark

    def save(self, progress: Progress, state: Mapping[str, Any]) -> None:
        """Replace the checkpoint by the given one, atomically."""
        content = {
            "identity": self._identity,
            "progress": progress,
            "state": dict(state),
            "random": random_state(self._device),
        }
        write_durably(self._path, lambda stream: torch.save(content, stream))

    def load(self) -> tuple[Progress, dict[str, Any]] | None:
        """The checkpoint, with the global generators set back to it; None where there is none that fits."""
        try:
            content = torch.load(self._path, map_location="cpu", weights_only=False)
        except FileNotFoundError:
            return None
        except Exception as error:  # unpickling damaged bytes raises whatever they happen to say
            self._remark(f"the checkpoint is damaged ({type(error).__name__}); training restarts from the beginning")
            return None
        if not isinstance(content, dict) or content.get("identity") != self._identity:
            self._remark("the checkpoint is of other parameters or data; training restarts from the beginning")
            return None
        restore_random_state(content["random"], self._device)
        return content["progress"], content["state"]
