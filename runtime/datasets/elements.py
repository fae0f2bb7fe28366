"""Elements of a data set: what is judged holds none that was not trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ase import Atoms

from mlipilot.runtime.foundation.failures import JobFailure


def check_elements(splits: Mapping[str, Sequence[Atoms]]) -> None:
    """Raises `JobFailure` MLP0813 for a frame with an element that no training frame has."""
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
