"""Weights of frames and of labels: numbers that are none, labels that nothing weighs, weights that a loss ignores."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.question import Anchor, Finding, UsedLoss
from mlipilot.compiler.data.table import ABSENT, GOOD, MALFORMED, NOT_FINITE, Table, counted
from mlipilot.spec.schema.labels import FRAME_WEIGHT, weight_key

Floats = NDArray[np.float64]
_DEFAULT_TYPE = "Default"
"""`config_type` of a frame without one, as MACE has it."""


def find(facts: Facts) -> Iterator[Finding]:
    """Weights that are no weights in any split; then what those of the training frames do."""
    labels = sorted({label for used in facts.question.losses for label in used.trained})
    for table in facts.tables.values():
        for key in (FRAME_WEIGHT, *map(weight_key, labels)):
            yield from _unusable(table, key)
    train = facts.train
    if train is None or train.faulty:
        return
    yield from _unknown_types(facts, train)
    yield from _unweighed(facts, train)
    yield from _ignored(facts, train)


def _unusable(table: Table, key: str) -> Iterator[Finding]:
    state, value = table.other(key)
    negative = (state == GOOD) & (np.nan_to_num(value) < 0)
    for wrong, what in (
        (state == NOT_FINITE, "is not finite"),
        (state == MALFORMED, "is not one number"),
        (negative, "is negative"),
    ):
        rows = np.flatnonzero(table.kept & wrong)
        if len(rows):
            yield Finding(
                "MLP1051",
                f"the weight `{key}` {what} in {counted(len(rows), int(table.kept.sum()), table.noun)}",
                table.anchor(rows),
                table.places(rows),
                "write a number that is not negative, or leave the weight out",
                ("a negative weight rewards errors, and one that is no number makes the whole loss none",),
            )


def _values(table: Table, key: str) -> Floats:
    """A weight of each frame; 1 where it has none."""
    state, value = table.other(key)
    return np.where(state == GOOD, value, 1.0)


def _types(facts: Facts, table: Table) -> Floats:
    """The weight of each frame's type."""
    weights = facts.question.type_weights
    return np.array([weights.get(name or _DEFAULT_TYPE, 1.0) for name in table.texts("config_types")])


def _effective(facts: Facts, table: Table, used: UsedLoss, label: str) -> Floats:
    """What the error of a label is multiplied by in each kept frame, but for the weight of the label in the loss."""
    weight = np.ones(len(table))
    if label in used.loss.by_frame:
        weight = weight * _values(table, FRAME_WEIGHT) * _types(facts, table)
    if label in used.loss.by_label:
        weight = weight * _values(table, weight_key(label))
    return weight[table.kept]


def _unweighed(facts: Facts, train: Table) -> Iterator[Finding]:
    """Losses in which every training frame has the weight 0, for all labels or for one of them."""
    for used in facts.question.losses:
        idle = [label for label in used.trained if not _effective(facts, train, used, label).any()]
        if idle and len(idle) == len(used.trained):
            yield Finding(
                "MLP1052",
                f"every training frame has the weight 0 in `{used.name}`",
                Anchor("loss"),
                "nothing is trained",
                "give some frames a weight",
                ("every gradient is 0, and the model stays as it was drawn",),
            )
        elif idle:
            yield Finding(
                "MLP1053",
                f"`{used.name}` trains no {' and no '.join(idle)}: it has the weight 0 in every training frame",
                Anchor("loss"),
                "a term without effect",
                f"write its weight as 0 in the loss, if it is meant; else see `{weight_key(idle[0])}` in the files",
            )


def _ignored(facts: Facts, train: Table) -> Iterator[Finding]:
    """Weights other than 1 that a loss takes no notice of."""
    question = facts.question
    for used in question.losses:
        if any(_types(facts, train)[train.kept] != 1.0) and not set(used.trained) & used.loss.by_frame:
            yield Finding(
                "MLP1054",
                f"`{used.name}` takes no notice of `config_type_weights`",
                Anchor("type_weights"),
                "no effect",
                "use a loss that heeds it, such as `weighted` or `stress`",
            )
        of_labels = ((weight_key(label), (label,), used.loss.by_label) for label in used.trained)
        for key, labels, heeding in ((FRAME_WEIGHT, used.trained, used.loss.by_frame), *of_labels):
            state, value = train.other(key)
            rows = np.flatnonzero(train.kept & (state != ABSENT) & (value != 1.0))
            blind = [label for label in labels if label not in heeding]
            if not len(rows) or not blind:
                continue
            what = f" for the {' and the '.join(blind)}" if len(blind) < len(labels) else ""
            yield Finding(
                "MLP1054",
                f"`{used.name}` takes no notice of `{key}`{what}, which "
                f"{counted(len(rows), int(train.kept.sum()), train.noun)} {'has' if len(rows) == 1 else 'have'}",
                Anchor("loss"),
                "a weight without effect",
                "use a loss that heeds it, such as `weighted`, or leave the weight out",
                (f"training {train.places(rows)}",),
            )


def _unknown_types(facts: Facts, train: Table) -> Iterator[Finding]:
    present = {name or _DEFAULT_TYPE for name in train.texts("config_types")}
    unknown = [name for name in facts.question.type_weights if name not in present and name != _DEFAULT_TYPE]
    if unknown:
        types = ", ".join(f"`{name}`" for name in sorted(present))
        yield Finding(
            "MLP1055",
            f"no training frame has the `config_type` {' or '.join(f'`{name}`' for name in unknown)}, which is given a "
            "weight",
            Anchor("type_weights"),
            "no such type",
            f"the files have {types}",
        )


__all__ = ["find"]
