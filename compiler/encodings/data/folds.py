"""Whether a data set has enough samples, of every class and in enough groups, for folds inside folds."""

from __future__ import annotations

import math
from collections.abc import Iterator

from mlipilot.compiler.encodings.data.sample_facts import Fault, SampleFacts
from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.spec.numerals import count

_GROUPS = "group", "groups", "name a column with"
_TRAJECTORIES = "trajectory", "trajectories", "draw"
"""What a group is, groups are, and how to have more of them."""


def fold_faults(facts: SampleFacts, name: str, protocol: Protocol) -> list[Fault]:
    """What a data set of this name has too little of; the gravest alone, where one follows from another."""
    checks = (_few_groups, _single_groups, _few_samples, _small_classes)
    return next((found for check in checks if (found := list(check(facts, name, protocol)))), [])


def needed(protocol: Protocol) -> int:
    """The fewest of a kind that are enough: one in each outer test, and `inner` in the training rows of each.

    A test has at most a share of `1 / outer`, rounded up.
    """
    return next(
        number
        for number in range(protocol.outer, protocol.outer + 2 * protocol.inner + 2)
        if number - math.ceil(number / protocol.outer) >= protocol.inner
    )


def _folds(protocol: Protocol) -> str:
    return f"{protocol.outer} outer and {protocol.inner} inner folds need {needed(protocol)}"


def _few_samples(facts: SampleFacts, name: str, protocol: Protocol) -> Iterator[Fault]:
    if facts.samples < needed(protocol):
        said = f"`{name}` has {count(facts.samples, 'sample')}, and {_folds(protocol)}"
        yield Fault("MLP1210", said, label="too few", help="lower `outer` and `inner` of the protocol")


def _small_classes(facts: SampleFacts, name: str, protocol: Protocol) -> Iterator[Fault]:
    small = [(size, place) for place, size in enumerate(facts.counts or ()) if size < needed(protocol)]
    if not small:
        return
    size, place = min(small)
    others = f"; {count(len(small) - 1, 'other class', 'other classes')} too" if small[1:] else ""
    said = f"class `{facts.label(place)}` of `{name}` has {count(size, 'sample')}, and {_folds(protocol)}"
    fewer = "lower `outer` and `inner` of the protocol"
    remedy = f"leave it out, join it to another, or {fewer}" if facts.labels else f"{fewer}, or take more samples"
    yield Fault("MLP1209", said, label=f"a class is too small{others}", help=remedy)


def _few_groups(facts: SampleFacts, name: str, protocol: Protocol) -> Iterator[Fault]:
    if facts.groups is None or len(facts.groups) >= needed(protocol):
        return
    noun, nouns, source = _GROUPS if not facts.unit else _TRAJECTORIES
    if len(facts.groups) == 1:
        said = f"all samples of `{name}` are in one {noun}, so that none could be tested"
        remedy = f"{source} more {nouns}"
    else:
        said = f"`{name}` has {count(len(facts.groups), noun, nouns)}, and {_folds(protocol)}"
        remedy = f"{source} more {nouns}, or lower `outer` and `inner` of the protocol"
    yield Fault(
        "MLP1211",
        said,
        "group",
        f"{nouns} stay together",
        remedy,
    )


def _single_groups(facts: SampleFacts, name: str, protocol: Protocol) -> Iterator[Fault]:
    alone = [place for place, groups in enumerate(facts.class_groups or ()) if groups == 1]
    if not alone:
        return
    others = f"; {count(len(alone) - 1, 'other class', 'other classes')} too" if alone[1:] else ""
    yield Fault(
        "MLP1212",
        f"class `{facts.label(alone[0])}` of `{name}` is in one group: it is never both trained and tested",
        "group",
        f"groups stay together{others}",
        "name another column, leave the class out, or add samples of it in other groups",
    )


__all__ = ["fold_faults", "needed"]
