"""The tools that a model is given: one that proposes an edit, and a few that read numbers.

What `propose_edit` takes is made of the search: its paths are the search's, their values are listed where they can be
counted and bounded where not, so that a server which enforces it cannot let another edit through.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mlipilot.runtime.pilot.language.items import Tool
from mlipilot.runtime.pilot.language.wording import choices, measure
from mlipilot.spec.space import Draw, SearchSpace

PROPOSE = "propose_edit"
DIRECTIONS = ("lower", "higher")
TEXTS = ("hypothesis", "falsifier")
FIELDS = ("hypothesis", "edits", "metric", "direction", "magnitude", "falsifier")


def closed(properties: dict[str, Any], description: str = "") -> dict[str, Any]:
    """The schema of an object with these fields, all of them required, and no others."""
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {**schema, "description": description} if description else schema


def propose_edit(space: SearchSpace, metrics: Iterable[str]) -> Tool:
    """The tool that proposes a design point of a space, with a prediction of one of the metrics."""
    branches = [_branch(draw) for draw in space.draws]
    parameters = closed(
        {
            "hypothesis": {"type": "string", "description": "why the edits should help, in one or two sentences"},
            "edits": {
                "type": "array",
                "description": "all values that differ from the baseline, each path at most once",
                "minItems": 1,
                "maxItems": len(branches),
                "items": branches[0] if len(branches) == 1 else {"anyOf": branches},
            },
            "metric": {"type": "string", "enum": list(metrics), "description": "which metric the prediction is of"},
            "direction": {"type": "string", "enum": list(DIRECTIONS)},
            "magnitude": {"type": "number", "description": "relative change that is predicted; 0.1 is 10 %"},
            "falsifier": {"type": "string", "description": "which outcome would prove the hypothesis wrong"},
        }
    )
    return Tool(PROPOSE, "Propose the next design point, as edits of the baseline.", parameters)


def _branch(draw: Draw) -> dict[str, Any]:
    path = {"type": "string", "enum": [draw.path.text]}
    return closed({"path": path, "value": _value(draw)})


def _value(draw: Draw) -> dict[str, Any]:
    listed = choices(draw)
    if listed is not None:
        return {"type": "string", "enum": list(listed)}
    unit, factor = measure(draw)
    low, high = (float(end / factor) for end in (draw.domain.low, draw.domain.high))
    if draw.domain.kind == "int":
        whole = {"type": "integer", "minimum": int(low), "maximum": int(high)}
        step = draw.domain.step
        return whole if step in (None, 1) else {**whole, "description": f"in steps of {step} from {int(low)}"}
    words = [f"in {unit}"] if unit else []
    if draw.domain.step is not None:
        words.append(f"in steps of {float(draw.domain.step / factor):g} from {low:g}")
    if draw.domain.kind == "log_uniform":
        words.append("its logarithm matters")
    described = {"description": "; ".join(words)} if words else {}
    return {"type": "number", "minimum": low, "maximum": high, **described}


def choose_one(count: int) -> Tool:
    """The shape of an answer that picks one of a few options, by its number from 1."""
    option = {"type": "integer", "enum": list(range(1, count + 1))}
    return Tool("choose_one", "Choose one of the options.", closed({"option": option}))


_NOTHING = closed({})
READING = (
    Tool("read_spec", "Read the baseline: models, trainings, data, and the search with its requirements.", _NOTHING),
    Tool("read_scorecard", "Read what a model must satisfy, and what is minimised.", _NOTHING),
    Tool(
        "read_history",
        "Read trials by their numbers: edits, state, objective, violation.",
        closed({"first": {"type": "integer"}, "count": {"type": "integer"}}),
    ),
    Tool("read_diagnostics", "Read how often and by which class trials failed.", _NOTHING),
)
