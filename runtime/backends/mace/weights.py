"""Weights of frames and labels: whether a stage trains anything."""

from __future__ import annotations

from collections.abc import Sequence

from mace.data import Configuration

from mlipilot.compiler.backends.mace.losses import SPEC_LOSSES
from mlipilot.compiler.operations.train import StageParameters
from mlipilot.runtime.backends.mace.frames import Split
from mlipilot.runtime.foundation.failures import JobFailure
from mlipilot.spec.schema.labels import LABELS


def check_weighed(train: Split, stages: Sequence[StageParameters]) -> None:
    """Raise `JobFailure` MLP0811 for a stage in which every training frame has the weight 0: it would train nothing."""
    for stage in stages:
        terms = [name for name in LABELS if getattr(stage.loss, name) != 0.0]
        if terms and not any(_weighs(c, stage.loss.kind, name) for c in train.configurations for name in terms):
            raise JobFailure(
                "MLP0811",
                f"every training frame has the weight 0 in the loss of stage {stage.name}: nothing would be trained",
                "give some frames a weight",
            )


def _weighs(configuration: Configuration, kind: str, label: str) -> bool:
    loss = SPEC_LOSSES[kind]
    of_frame = configuration.weight if label in loss.by_frame else 1.0
    of_label = configuration.property_weights[label] if label in loss.by_label else 1.0
    return bool(of_frame * of_label != 0.0)
