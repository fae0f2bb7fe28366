"""The order of the frames: a shuffle of its own for each epoch.

It is torch's loader over indices, with stock MACE's seed, so that the same seed visits the frames in the same
order; its generator is part of the checkpoint.
"""

from __future__ import annotations

import torch
from torch.utils.data import DataLoader


class Order:
    """Shuffled batches of frame indices, epoch after epoch."""

    def __init__(self, frames: int, batch: int, seed: int) -> None:
        self._generator = torch.Generator().manual_seed(seed)
        self._loader: DataLoader[int] = DataLoader(
            range(frames),  # type: ignore[arg-type]
            batch_size=batch,
            shuffle=True,
            generator=self._generator,
            collate_fn=list,
        )

    def epoch(self) -> list[list[int]]:
        """The batches of the next epoch; the last may be smaller, none is dropped."""
        return list(self._loader)

    def skip(self, epochs: int) -> None:
        """Draw the orders of `epochs` epochs without using them."""
        for _ in range(epochs):
            self.epoch()

    def state(self) -> torch.Tensor:
        """State of the generator."""
        return self._generator.get_state()

    def restore(self, state: torch.Tensor) -> None:
        """Go back to a state."""
        self._generator.set_state(state)
