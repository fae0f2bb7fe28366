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

from mlipilot.spec.values import (
    Applied,
    BlockValue,
    Constraint,
    Data,
    Interval,
    MetricCall,
    Name,
    Reference,
    Spec,
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
    blocks = [_block(block) for block in spec.blocks]
    return {"blocks": sorted(blocks, key=lambda block: (block["kind"], block["name"]))}


def canonical_scorecard(block: BlockValue) -> dict[str, Any]:
    """The meaning of a scorecard alone: its hash is pinned in the journal."""
    return _block(block)


def _block(block: BlockValue) -> dict[str, Any]:
    document: dict[str, Any] = {
        "kind": block.kind,
        "name": block.name,
        "tag": block.tag,
        "fields": _values(block.fields),
    }
    if block.children:
        document["children"] = [_block(child) for child in block.children]
    if block.constraints:
        document["constraints"] = [_constraint(constraint) for constraint in block.constraints]
    return document


def _constraint(constraint: Constraint) -> dict[str, Any]:
    return {
        "verb": constraint.verb,
        "metric": _metric(constraint.metric),
        "comparator": constraint.comparator,
        "threshold": None if constraint.threshold is None else _data(constraint.threshold.data),
        "because": constraint.because,
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
        case Applied():
            return {"call": data.name, "arguments": _values(data.arguments)}
        case tuple():
            return [_data(item.data) for item in data]
        case _ as never:
            assert_never(never)
