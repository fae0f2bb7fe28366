"""The device and the threads that a job computes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlipilot.runtime.foundation.failures import JobFailure

if TYPE_CHECKING:
    import torch


def open_device(name: str) -> torch.device:
    """The device of that name, such as `cpu` or `cuda`; MLP0817 where this machine has none."""
    import torch  # a worker whose job computes nothing does without it

    if name.startswith("cuda") and not torch.cuda.is_available():
        raise JobFailure(
            "MLP0817",
            f"the spec asks for `{name}`, and this machine has no CUDA device that torch can use",
            "set `device = cpu` in the `engine` block, or run on a machine with a GPU",
        )
    return torch.device(name)


def use_threads(count: int) -> None:
    """Have torch compute on so many threads."""
    import torch

    torch.set_num_threads(count)
