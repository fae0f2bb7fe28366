"""The canonical form: what a spec means, as bytes that are hashed.

Spans, comments, the order of blocks, the spelling of units and defaults left unwritten are gone; numbers are exact
rationals written as strings, so that no language's float formatting enters a hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, assert_never

from mlipilot.spec.document import Spec
from mlipilot.spec.space import (
    Comparison,
    Condition,
    Domain,
    Junction,
    Literal,
    Membership,
    Negation,
    Operand,
    PathOperand,
    SearchSpace,
    Sum,
)
from mlipilot.spec.values import (
    Applied,
    BlockValue,
    Claim,
    Constraint,
    Data,
    Interval,
    MetricCall,
    Name,
    Reference,
    UnitWord,
    Value,
)


def encode(document: Any) -> bytes:
    """JSON with sorted keys and no blanks, in UTF-8; non-finite numbers are refused."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(document: Any) -> str:
    """SHA-256 of a document's canonical bytes."""
    return hashlib.sha256(encode(document)).hexdigest()


def canonical(spec: Spec) -> dict[str, Any]:
    """The meaning of a spec as a JSON document; the edition is no part of it, what it sets is."""
    blocks = [_block(block) for block in spec.blocks if block.kind != "search"]
    document: dict[str, Any] = {"blocks": sorted(blocks, key=lambda block: (block["kind"], block["name"]))}
    if spec.space is not None:
        document["search"] = canonical_space(spec.space)
    return document


def canonical_space(space: SearchSpace) -> dict[str, Any]:
    """The meaning of a search: what may be changed, into what, under which conditions."""
    draws = [
        {"path": draw.path.text, "domain": _domain(draw.domain), "when": _condition(draw.when)} for draw in space.draws
    ]
    requirements = [
        {"condition": _condition(r.condition), "when": _condition(r.when), "because": r.because}
        for r in space.requirements
    ]
    return {"draws": sorted(draws, key=lambda draw: str(draw["path"])), "requirements": requirements}


def _domain(domain: Domain) -> dict[str, Any]:
    if domain.kind == "choice":
        return {"choice": [_data(value.data) for value in domain.values]}
    step = None if domain.step is None else str(domain.step)
    return {domain.kind: [str(domain.low), str(domain.high)], "step": step}


def _condition(condition: Condition | None) -> Any:
    match condition:
        case None:
            return None
        case PathOperand():
            return _operand(condition)
        case Comparison(sign, left, right):
            return [sign, _operand(left), _operand(right)]
        case Membership(item, values):
            return ["in", _operand(item), [_data(value) for value in values]]
        case Negation(of):
            return ["not", _condition(of)]
        case Junction(word, parts):
            return [word, *(_condition(part) for part in parts)]
        case _ as never:
            assert_never(never)


def _operand(operand: Operand) -> Any:
    match operand:
        case PathOperand(path):
            return {"path": path}
        case Literal(data):
            return _data(data)
        case Sum(terms):
            return {"sum": [[sign, _operand(term)] for sign, term in terms]}
        case _ as never:
            assert_never(never)


def canonical_scorecard(block: BlockValue) -> dict[str, Any]:
    """The meaning of a scorecard alone: its hash is pinned in the journal."""
    return canonical_block(block)


def canonical_block(block: BlockValue) -> dict[str, Any]:
    """The meaning of a block alone."""
    return _block(block)


def _block(block: BlockValue) -> dict[str, Any]:
    document: dict[str, Any] = {
        "kind": block.kind,
        "name": block.name,
        "tag": block.tag,
        "fields": _values(block.fields),
    }
    if block.children:
        children = [_block(child) for child in block.children]
        # Those of one name a kind stand in any order.
        is_unordered = all(child.name == child.kind for child in block.children)
        document["children"] = sorted(children, key=lambda child: child["name"]) if is_unordered else children
    if block.constraints:
        document["constraints"] = [_constraint(constraint) for constraint in block.constraints]
    if block.claims:
        document["claims"] = [_claim(claim) for claim in block.claims]
    return document


def _constraint(constraint: Constraint) -> dict[str, Any]:
    return {
        "verb": constraint.verb,
        "metric": _metric(constraint.metric),
        "comparator": constraint.comparator,
        "threshold": None if constraint.threshold is None else _data(constraint.threshold.data),
        "because": constraint.because,
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "verb": claim.verb,
        "relation": claim.relation,
        "arguments": _values(claim.arguments),
        "because": claim.because,
    }


def _metric(metric: MetricCall) -> dict[str, Any]:
    return {
        "name": metric.metric,
        "target": metric.target.text,
        "repeats": list(metric.target_arguments),
        "arguments": _values(metric.arguments),
    }


def _values(values: Mapping[str, Value]) -> dict[str, Any]:
    return {name: _data(value.data) for name, value in values.items()}


def _data(data: Data) -> Any:
    match data:
        case bool() | int():
            return data
        case Fraction():
            return {"number": str(data)}
        case str():
            return {"text": data}
        case Name():
            return {"word": data.text}
        case Reference():
            return {"block": data.text}
        case Interval():
            return {"from": str(data.low), "to": str(data.high)}
        case UnitWord():
            return {"unit": str(data.factor)}
        case Applied():
            return {"call": data.name, "arguments": _values(data.arguments)}
        case tuple():
            return [_data(item.data) for item in data]
        case _ as never:
            assert_never(never)
