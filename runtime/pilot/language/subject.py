"""What a model may know of a campaign, as documents of numbers, words of the language and classes of errors.

No text of a log or of a failure's message is among them. What an author wrote in words stands under `note`, and is
quoted with everything else.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mlipilot.runtime.pilot.language.conditions import in_words
from mlipilot.runtime.pilot.language.tools import DIRECTIONS
from mlipilot.runtime.pilot.language.wording import choices, measure, written
from mlipilot.runtime.pilot.trial import History, Trial
from mlipilot.spec.diagnostics.codes import CATALOGUE
from mlipilot.spec.document import Spec
from mlipilot.spec.schema import block_schema
from mlipilot.spec.schema.metrics import METRICS
from mlipilot.spec.space import Draw, SearchSpace
from mlipilot.spec.values import BlockValue, Constraint, Value, meaning

BEST, LATEST = 5, 10
"""Trials that are told without being asked for."""
MOST_TRIALS = 50
"""Of one reading."""
_CODE = re.compile(r"MLP\d{4}")
_SHOWN = ("dataset", "model", "training", "dynamics")


@dataclass(frozen=True)
class Subject:
    """The baseline of a campaign."""

    spec: Spec

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """Those of the scorecard."""
        card = self.spec.only("scorecard")
        return card.constraints if card is not None else ()

    @property
    def metrics(self) -> tuple[str, ...]:
        """What a prediction can be of."""
        return tuple(dict.fromkeys(constraint.metric.written for constraint in self.constraints)) or ("objective",)

    def protects(self, path: str) -> bool:
        """Whether a path names, by a block's name or its kind, what no search may change: data, seeds, scorecard."""
        first, *rest = path.strip().split(".")
        for block in self.spec.blocks:
            if first and first in (block.name, block.kind):
                schema = block_schema(block.kind, block.tag)
                if schema is None or not schema.searched:
                    return True
                return any(field.fixed and field.name in rest for field in schema.fields)
        return False

    def baseline(self) -> dict[str, Any]:
        """The blocks that say what is trained on what."""
        blocks = [self._block(block) for kind in _SHOWN for block in self.spec.of_kind(kind)]
        question = next((b.fields["question"] for b in self.spec.of_kind("experiment") if b.has("question")), None)
        note = {} if question is None else {"note": str(question.data)}
        return {"blocks": blocks, **note}

    def _block(self, block: BlockValue) -> dict[str, Any]:
        fields = {name: _field(value) for name, value in block.fields.items()}
        stages = {"stages": [self._block(child) for child in block.children]} if block.children else {}
        return {"kind": block.kind, "tag": block.tag, "name": block.name, "fields": fields, **stages}

    def scorecard(self) -> dict[str, Any]:
        """The constraints, and the units that numbers of the history are in."""
        rows = []
        for constraint in self.constraints:
            row: dict[str, Any] = {"verb": constraint.verb, "metric": constraint.metric.written}
            row["better"] = DIRECTIONS[not METRICS[constraint.metric.metric].lower_is_better]
            if constraint.threshold is not None:
                row |= {"comparator": constraint.comparator, "threshold": constraint.threshold.written}
            rows.append({**row, "note": constraint.because} if constraint.because else row)
        return {"constraints": rows, "units": "objectives are in eV, Å, fs, K; a violation is relative, 0 is feasible"}


def _field(value: Value) -> Any:
    return value.data if isinstance(value.data, (bool, int)) else value.written or str(value.data)


def search(space: SearchSpace) -> dict[str, Any]:
    """What may change, into what, and under which conditions."""
    rules = [
        {
            "require": requirement.written,
            **({"when": in_words(requirement.when, space)} if requirement.when is not None else {}),
            **({"note": requirement.because} if requirement.because else {}),
        }
        for requirement in space.requirements
    ]
    return {"paths": [_path(draw, space) for draw in space.draws], "requirements": rules}


def _path(draw: Draw, space: SearchSpace) -> dict[str, Any]:
    listed = choices(draw)
    row: dict[str, Any] = {"path": draw.path.text, "baseline": written(draw, space.baseline[draw.path.text])}
    if listed is not None:
        row["values"] = listed
    else:
        low, high = (written(draw, end) for end in (draw.domain.low, draw.domain.high))
        row |= {"low": low, "high": high, "kind": draw.domain.kind, "unit": measure(draw).unit}
    return row if draw.when is None else {**row, "drawn_only_when": in_words(draw.when, space)}


def trial(space: SearchSpace, found: Trial) -> dict[str, Any]:
    """A trial in numbers and classes."""
    edits = {
        draw.path.text: written(draw, found.point[draw.path.text])
        for draw in space.draws
        if draw.path.text in found.point
        and meaning(found.point[draw.path.text]) != meaning(space.baseline[draw.path.text])
    }
    row: dict[str, Any] = {"trial": found.number, "edits": edits, "state": found.state}
    row |= {"objective": found.objective, "violation": found.violation, "seeds": found.seeds}
    if found.failure is not None:
        row["failure"] = found.failure.value
    codes = _codes(found)
    return {**row, "codes": codes} if codes else row


def _codes(found: Trial) -> list[str]:
    return [code for code in dict.fromkeys(_CODE.findall(found.reason)) if code in CATALOGUE]


def overview(space: SearchSpace, history: History) -> dict[str, Any]:
    """The best trials and the latest."""
    measured = [t for t in history if t.objective is not None and t.violation is not None]
    best = heapq.nsmallest(BEST, measured, key=lambda t: (t.violation, t.objective, t.number))
    latest = history[-LATEST:]
    return {
        "trials": len(history),
        "best": [trial(space, found) for found in best],
        "latest": [trial(space, found) for found in latest],
    }


def trials(space: SearchSpace, history: History, first: int, count: int) -> list[dict[str, Any]]:
    """Some trials by their place in the history."""
    start = max(first, 0)
    return [trial(space, found) for found in history[start : start + max(0, min(count, MOST_TRIALS))]]


def diagnostics(history: History) -> dict[str, Any]:
    """States, classes of failures, and codes of the catalogue with their meaning, each with its number of trials."""
    codes = Counter(code for found in history for code in _codes(found))
    return {
        "states": _counts(found.state for found in history),
        "failures": _counts(found.failure.value for found in history if found.failure is not None),
        "codes": [{"code": code, "meaning": CATALOGUE[code].meaning, "trials": n} for code, n in sorted(codes.items())],
    }


def _counts(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))
