"""Sizes: batches that the training frames fill, splits that are large enough to mean something."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.question import Anchor, Finding

_DROPPED = 0.1
"""Share of the training frames that may be left out of an epoch without a word."""


def find(facts: Facts) -> Iterator[Finding]:
    """The training batch, then the splits that are judged by."""
    train, batch = facts.train, facts.question.batch
    if train is not None and batch is not None and batch > 0 and not train.faulty:
        frames = int(train.kept.sum())
        if batch > frames:
            yield Finding(
                "MLP1045",
                f"a batch of {batch} is larger than the {frames} training frame{'s' if frames != 1 else ''}",
                Anchor("batch"),
                "no full batch",
                f"choose at most {frames}",
            )
        elif facts.question.stock and frames % batch > _DROPPED * frames:
            yield Finding(
                "MLP1046",
                f"each epoch leaves out {frames % batch} of {frames} training frames",
                Anchor("batch"),
                "the last batch is not full, and is dropped",
                f"choose a batch that divides {frames}, or a smaller one",
                ("the output's scale is computed from what is left, and depends on the seed",),
            )
    for table in facts.open:
        rows = np.flatnonzero(table.kept)
        if table.name == "train" or table.faulty or not len(rows):
            continue
        groups = len(set(table.groups()[rows]))
        if groups < 2:
            what = "has one frame" if len(rows) == 1 else f"has {len(rows)} frames of one trajectory"
            yield Finding(
                "MLP1047",
                f"the {table.noun} split {what}",
                table.anchor(rows),
                "too few to mean something",
                "better 10 trajectories or unrelated structures, or more",
                (
                    "the checkpoint is picked by its error alone"
                    if table.name == "valid"
                    else "bounds of errors resample trajectories, so there are none",
                ),
            )
