"""Labels: declared keys that the files have, on every frame, as finite numbers of the right shape."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.keys import Candidate, best, candidates, misspelt, unit_in, words
from mlipilot.compiler.data.question import LABELS, Anchor, Finding
from mlipilot.compiler.data.table import ABSENT, MALFORMED, NOT_FINITE, Table, counted
from mlipilot.spec.schema.labels import CLAIMED

_SHAPES = {"energy": "one number", "forces": "three numbers an atom", "stress": "six or nine numbers"}
_WHERE = {"energy": "header", "forces": "column", "stress": "header"}
_MOST_NAMED = 4
_NAN = "stock MACE trains one such number to a model of NaN, and exits with 0"


def find(facts: Facts) -> Iterator[Finding]:
    """Faults of each needed label: absent keys, then single frames."""
    for label in LABELS:
        if facts.question.key(label) is None:
            continue
        absent = facts.absent.get(label, ())
        if absent:
            yield _absent(facts, label, absent)
        elif _all_malformed(facts, label):
            yield _of_other_kind(facts, label)
            continue
        for table in facts.tables.values():
            if table not in absent:
                yield from _frames(facts, label, table)


def _absent(facts: Facts, label: str, absent: Sequence[Table]) -> Finding:
    key = facts.question.key(label)
    assert key is not None
    found = candidates(label, key, absent)
    everywhere = len(absent) == sum(bool(table.bearers(label).any()) for table in facts.tables.values())
    total = sum(int(table.bearers(label).sum()) for table in absent)
    replacement = best(found, total) if everywhere else None
    nouns = " or ".join(table.noun for table in absent)
    headline = f"no frame has the {label} `{key}`" if everywhere else f"no {nouns} frame has the {label} `{key}`"
    notes: tuple[str, ...] = ()
    if not everywhere:
        having = [t.noun for t in facts.tables.values() if t not in absent and t.bearers(label).any()]
        notes = (f"the {' and '.join(having)} frames have it: give all files the same keys",)
    return Finding(
        "MLP1003",
        headline,
        Anchor(label),
        f"no such {_WHERE[label]}",
        _meant(label, found, replacement),
        notes + _units(found) + _zeros(facts, label),
        replacement,
    )


def _zeros(facts: Facts, label: str) -> tuple[str, ...]:
    """What stock MACE does where it takes no notice of a label that is missing."""
    question = facts.question
    if not question.stock or question.is_masked(label) or (label == "energy" and question.e0 == "average"):
        return ()
    return (f"stock MACE trains the missing {label} as 0, with full weight: {why_not_masked(facts, label)}",)


def why_not_masked(facts: Facts, label: str) -> str:
    """Why a frame without a label is trained as if it were 0."""
    key = facts.question.key(label)
    if key in CLAIMED:
        return f"ASE takes `{key}` out of the frame, and MACE puts it back with the weight 1, there or not"
    losses = [f"`{used.name}`" for used in facts.question.losses if label not in used.loss.by_label]
    return f"{' and '.join(losses)} take{'s' if len(losses) == 1 else ''} no notice of a label that is missing"


def _all_malformed(facts: Facts, label: str) -> bool:
    """Whether no frame of any split has what the label should be under its key, but something else."""
    tables = [table for table in facts.tables.values() if table.bearers(label).any()]
    return bool(tables) and all((t.state(label)[t.bearers(label)] == MALFORMED).all() for t in tables)


def _of_other_kind(facts: Facts, label: str) -> Finding:
    key = str(facts.question.key(label))
    tables = list(facts.tables.values())
    summary = next(s for table in tables for part in table.parts for s in part.scan.keys if s.name == key)
    numbers = math.prod(summary.shape)
    what = "text" if summary.kind not in ("number", "vector", "array") else f"{numbers} number{'s' * (numbers != 1)}"
    where = f"a column of {what} an atom" if summary.place == "column" else f"{what} in the header"
    found = candidates(label, key, tables)
    replacement = best(found, sum(int(table.bearers(label).sum()) for table in tables))
    return Finding(
        "MLP1007",
        f"`{key}` is {where}: it is not the {label}",
        Anchor(label),
        f"expected {_SHAPES[label]}" + (" in the header" if label != "forces" else ""),
        _meant(label, found, replacement),
        _units(found),
        replacement,
    )


def _meant(label: str, found: Sequence[Candidate], replacement: str | None) -> str:
    if replacement is not None:
        return f"did you mean `{replacement}`?"
    named = [f"`{candidate.name}`" for candidate in found if candidate.named][:_MOST_NAMED]
    if named:
        return f"the files have {', '.join(named)}: is it meant?" if len(named) == 1 else f"did you mean {_or(named)}?"
    others = [f"`{candidate.name}`" for candidate in found][:_MOST_NAMED]
    shape = f"{_SHAPES[label]} in a {_WHERE[label]}" if label != "forces" else _SHAPES[label]
    if others:
        return f"what has {shape}: {', '.join(others)}; name one of them, or label the frames"
    return f"nothing in the files has {shape}; label the frames"


def _units(found: Sequence[Candidate]) -> tuple[str, ...]:
    notes = []
    for candidate in found:
        unit = unit_in(candidate.name)
        if candidate.named and unit is not None:
            notes.append(f"the name of `{candidate.name}` says {unit}; convert it to eV and Å first")
        elif candidate.named and {"gradient", "grad"} & set(words(candidate.name)):
            notes.append(f"`{candidate.name}` sounds like a gradient; forces have the opposite sign")
    return tuple(notes)


def _or(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + " or " + names[-1]


def _frames(facts: Facts, label: str, table: Table) -> Iterator[Finding]:
    """Frames of one split that lack a label which others have, or whose label is no finite number."""
    question = facts.question
    key = question.key(label)
    state = table.state(label)
    counts = table.bearers(label) | (table.isolated if label == "energy" and not question.stock else False)
    total = int(counts.sum())
    missing = np.flatnonzero(counts & (state == ABSENT))
    if len(missing) and facts.needed(label):
        masked = question.is_masked(label)
        refused = not masked or (label == "energy" and question.e0 == "average" and table.name == "train")
        yield Finding(
            "MLP1004" if refused else "MLP1005",
            f"{counted(len(missing), total, table.noun)} lack{'s' if len(missing) == 1 else ''} the {label} `{key}`",
            table.anchor(missing),
            table.places(missing),
            "label the frames or leave them out" if refused else "label them, or mean to train without",
            _slips(str(key), table) + _consequence(facts, label, table),
        )
    for code, wrong, what in (
        ("MLP1006", NOT_FINITE, f"a value of `{key}` is not finite"),
        ("MLP1007", MALFORMED, f"`{key}` is not {_SHAPES[label]}"),
    ):
        rows = np.flatnonzero(counts & (state == wrong))
        if len(rows):
            yield Finding(
                code,
                f"{what} in {counted(len(rows), total, table.noun)}",
                table.anchor(rows),
                table.places(rows),
                "label the frames again or leave them out",
                (_NAN,) if wrong == NOT_FINITE else (),
            )


def _slips(key: str, table: Table) -> tuple[str, ...]:
    found: dict[str, int] = {}
    for part in table.parts:
        for summary in part.scan.keys:
            if misspelt(summary.name, key):
                found[summary.name] = found.get(summary.name, 0) + summary.frames
    return tuple(f"{count} frame{'s' if count != 1 else ''} carry `{name}`" for name, count in found.items())


def _consequence(facts: Facts, label: str, table: Table) -> tuple[str, ...]:
    zeros = _zeros(facts, label)
    if zeros:
        return zeros
    if table.name != "train":
        return ()
    if label == "energy" and facts.question.e0 == "average":
        return ("stock MACE fits reference energies of NaN to such a set, trains, and exits with 0",)
    if label == "forces" and facts.question.stock:
        return ("MACE takes missing forces for zeros where it computes the scale of its output",)
    return ()


__all__ = ["find"]
