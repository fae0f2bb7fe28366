"""What a model handed to `propose_edit`, as a proposal or as a named fault.

Everything that the tool's schema says is held here again, since not every server enforces it; and no character of the
model's reaches the spec: a value is one of the domain's, written by us.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from mlipilot.runtime.pilot.language.quoting import quoted
from mlipilot.runtime.pilot.language.tools import DIRECTIONS, FIELDS, TEXTS
from mlipilot.runtime.pilot.language.tried import Tried
from mlipilot.runtime.pilot.language.wording import Chosen, choose
from mlipilot.runtime.pilot.trial import Failure, Proposal
from mlipilot.spec.edit import Change
from mlipilot.spec.space import Draw, SearchSpace, holds
from mlipilot.spec.values import Data, meaning

LARGEST_CHANGE = 1_000_000
LONGEST_TEXT = 1000
"""Characters of a hypothesis that are kept."""


class Kind(StrEnum):
    """Why an answer is no proposal."""

    NO_CALL = "no_call"
    UNKNOWN_TOOL = "unknown_tool"
    BAD_JSON = "bad_json"
    SCHEMA_VIOLATION = "schema_violation"
    MISSING_ARG = "missing_arg"
    OUT_OF_SPACE = "out_of_space"
    TAMPER = "tamper"
    """An edit of what no search may change: data, seeds, dynamics, scorecard, budget."""
    DUPLICATE = "duplicate"
    TRUNCATED = "truncated"
    REFUSAL = "refusal"
    LOOP = "loop"
    # Not of the model's making:
    UNSUPPORTED = "unsupported"
    UNREACHABLE = "unreachable"
    BUDGET = "budget"


_NOT_OF_A_MODEL = {Kind.UNSUPPORTED: Failure.INFRASTRUCTURE, Kind.UNREACHABLE: Failure.INFRASTRUCTURE}


def failure_of(kind: Kind) -> Failure | None:
    """Whose fault it is that an answer is no proposal; None where it is the budget that ended."""
    if kind is Kind.BUDGET:
        return None
    return Failure.TAMPER if kind is Kind.TAMPER else _NOT_OF_A_MODEL.get(kind, Failure.FORMAT)


class Malformed(NamedTuple):
    """A fault, in words that its model can use."""

    kind: Kind
    message: str


def read_proposal(
    document: Mapping[str, Any],
    metrics: Sequence[str],
    space: SearchSpace,
    tried: Tried,
    protects: Callable[[str], bool] = lambda path: False,
) -> Proposal | Malformed:
    """The proposal in an object that came as arguments; `protects` knows what no search may change."""
    fault = _shape(document, metrics)
    if fault is not None:
        return fault
    fixed = [edit["path"] for edit in document["edits"] if space.draw(edit["path"]) is None and protects(edit["path"])]
    if fixed:
        return Malformed(Kind.TAMPER, f"{quoted(fixed)} cannot be edited; only {_known(space)} can")
    settings: dict[str, object] = {}
    for edit in document["edits"]:
        if edit["path"] in settings:
            return Malformed(Kind.SCHEMA_VIOLATION, f"{quoted(edit['path'])} is edited twice")
        settings[edit["path"]] = edit["value"]
    changes = settle(settings, document["hypothesis"], space, tried)
    if isinstance(changes, Malformed):
        return changes
    return Proposal(
        changes,
        hypothesis=_line(document["hypothesis"]),
        metric=document["metric"],
        direction=document["direction"],
        magnitude=float(document["magnitude"]),
        falsifier=_line(document["falsifier"]),
        origin="llm",
    )


def _shape(document: Mapping[str, Any], metrics: Sequence[str]) -> Malformed | None:
    missing = [name for name in FIELDS if name not in document]
    if missing:
        return Malformed(Kind.MISSING_ARG, f"missing: {', '.join(missing)}")
    strangers = sorted(set(document) - set(FIELDS))
    if strangers:
        return _violation(f"unknown: {quoted(strangers)}; known: {', '.join(FIELDS)}")
    for name in TEXTS:
        if not isinstance(document[name], str) or not document[name].strip():
            return _violation(f"`{name}` must be a text that says something")
    if document["metric"] not in metrics:
        return _violation(f"`metric` must be one of {quoted(list(metrics))}")
    if document["direction"] not in DIRECTIONS:
        return _violation("`direction` must be `lower` or `higher`")
    magnitude = document["magnitude"]
    if isinstance(magnitude, bool) or not isinstance(magnitude, (int, float)) or not 0 <= magnitude <= LARGEST_CHANGE:
        return _violation(f"`magnitude` must be a number from 0 to {LARGEST_CHANGE}: the relative change")
    edits = document["edits"]
    if not isinstance(edits, list) or not edits:
        return _violation("`edits` must be a list of at least one edit")
    for edit in edits:
        if not isinstance(edit, dict) or set(edit) != {"path", "value"} or not isinstance(edit["path"], str):
            return _violation("each edit must be an object with `path` and `value`, and nothing else")
    return None


def _violation(message: str) -> Malformed:
    return Malformed(Kind.SCHEMA_VIOLATION, message)


def settle(
    settings: Mapping[str, object], because: str, space: SearchSpace, tried: Tried
) -> tuple[Change, ...] | Malformed:
    """The changes that give some paths their values: within the space, its requirements met, and not tried before."""
    chosen: dict[str, Chosen] = {}
    for path in settings:
        if space.draw(path) is None:
            return Malformed(Kind.OUT_OF_SPACE, f"{quoted(path)} cannot be edited; only {_known(space)} can")
    for draw in space.draws:
        path = draw.path.text
        if path not in settings:
            continue
        found = choose(space, draw, settings[path])
        if found is None:
            return Malformed(Kind.OUT_OF_SPACE, f"{_shown(settings[path])} is not in the domain of {quoted(path)}")
        # Another call brings its own arguments along, so that the baseline's value of one is a change again.
        is_of_another = draw.path.argument is not None and draw.path._replace(argument=None).text in chosen
        if is_of_another or _sense(space, draw, found.data) != _sense(space, draw, space.baseline[path]):
            chosen[path] = found
    settled = space.settle({path: value.data for path, value in chosen.items()})
    drawn = {draw.path.text: draw for draw in space.draws if draw.when is None or holds(draw.when, settled)}
    idle = [path for path in chosen if path not in drawn]
    if idle:
        return Malformed(Kind.OUT_OF_SPACE, f"{quoted(idle)} cannot be set: the condition does not hold at this point")
    unset = [path for path, draw in drawn.items() if not space.admits(draw, settled[path])]
    if unset:
        return Malformed(
            Kind.OUT_OF_SPACE, f"{quoted(unset)} must be set at this point: the baseline's value will not do"
        )
    violated = space.violated(settled)
    if violated:
        words = quoted([requirement.written for requirement in violated])
        return Malformed(Kind.OUT_OF_SPACE, f"the point does not satisfy {words}")
    twin = tried.twin(settled)
    if twin is not None:
        return Malformed(Kind.DUPLICATE, twin)
    return tuple(Change(path, value.text, _line(because)) for path, value in chosen.items())


def _known(space: SearchSpace) -> str:
    return quoted([draw.path.text for draw in space.draws])


def _sense(space: SearchSpace, draw: Draw, data: Data) -> object:
    return meaning(space.own_part(draw.path, data))


def _shown(value: object) -> str:
    return quoted(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else "this value"


def _line(text: str) -> str:
    """A text of one line, cut, of characters that show."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST_TEXT]
