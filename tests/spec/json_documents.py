"""Specs as the JSON that the schema describes, and a validator of the part of JSON Schema that it uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mlipilot.spec.document import Spec
from mlipilot.spec.schema import METRICS
from mlipilot.spec.space import Domain
from mlipilot.spec.values import Applied, BlockValue, Claim, Constraint, Interval, Name, Reference, UnitWord, Value


def document(spec: Spec) -> dict[str, Any]:
    """A spec as JSON, what the author did not write left out."""
    blocks = [_block(block) for block in spec.blocks if block.kind != "search"]
    if spec.space is not None:
        draws = [{"path": draw.path.text, "domain": _domain(draw.domain)} for draw in spec.space.draws]
        rules = [{"require": "a <= b", "because": rule.because} for rule in spec.space.requirements]
        blocks.append({"kind": "search", "fields": {}, "draws": draws, "requirements": rules})
    return {"edition": spec.edition, "blocks": blocks}


def _block(block: BlockValue) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": block.kind, "tag": block.tag, "name": block.name}
    if block.tag is None:
        del found["tag"]
    if block.name == block.kind:
        del found["name"]
    found["fields"] = {name: _value(value) for name, value in block.fields.items() if not value.is_default}
    if block.children:
        found["children"] = [_block(child) for child in block.children]
    if block.constraints:
        found["rules"] = [_rule(constraint) for constraint in block.constraints]
    if block.claims:
        found["claims"] = [_claim(claim) for claim in block.claims]
    return found


def _claim(claim: Claim) -> dict[str, Any]:
    arguments = {name: _value(value) for name, value in claim.arguments.items()}
    return {"verb": claim.verb, "relation": claim.relation, "arguments": arguments, "because": claim.because}


def _value(value: Value) -> Any:
    match value.data:
        case bool() | int() | str():
            return value.data
        case Name() | Reference() | UnitWord():
            return value.data.text
        case Applied(name, arguments):
            given = {name: _value(value) for name, value in arguments.items() if not value.is_default}
            return {"call": name, "arguments": given} if given else name
        case tuple():
            return [_value(item) for item in value.data]
        case Interval():
            return value.written
    return float(value.written) if re.fullmatch(r"[\d.e+-]+", value.written) else value.written


def _rule(rule: Constraint) -> dict[str, Any]:
    metric = rule.metric
    repeats = f"({', '.join(map(str, metric.target_arguments))})" if metric.target_arguments else ""
    found: dict[str, Any] = {"verb": rule.verb, "metric": metric.metric, "target": metric.target.text + repeats}
    if METRICS[metric.metric].parameters:
        found["arguments"] = {name: _value(value) for name, value in metric.arguments.items()}
    if rule.threshold is not None:
        found |= {"comparator": rule.comparator, "threshold": _value(rule.threshold)}
    return found | ({"because": rule.because} if rule.because else {})


def _domain(domain: Domain) -> dict[str, Any]:
    if domain.kind == "choice":
        return {"choice": [_value(value) for value in domain.values]}
    return {domain.kind: {"low": str(domain.low), "high": str(domain.high)}}


TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "number": (int, float), "integer": int}
ANNOTATIONS = {"$schema", "$defs", "title", "description", "default", "examples"}


def faults(schema: Mapping[str, Any], root: Mapping[str, Any], node: Any, path: str = "") -> Iterator[str]:
    """Why a JSON value does not fit a schema; a keyword that is not known here is an error of the schema."""
    for word, wanted in schema.items():
        if word in ANNOTATIONS or word.startswith("x-"):
            continue
        if word == "$ref":
            yield from faults(root["$defs"][wanted.removeprefix("#/$defs/")], root, node, path)
        elif word in ("oneOf", "anyOf"):
            fitting = sum(not list(faults(option, root, node, path)) for option in wanted)
            if fitting == 0 or (word == "oneOf" and fitting > 1):
                yield f"{path}: {fitting} of {word}"
        elif word in ("properties", "additionalProperties", "required", "propertyNames", "minProperties"):
            if isinstance(node, dict):
                yield from _object_faults(word, wanted, schema, root, node, path)
        elif word == "items":
            for position, item in enumerate(node if isinstance(node, list) else ()):
                yield from faults(wanted, root, item, f"{path}[{position}]")
        elif not _simple(word, wanted, node):
            yield f"{path}: {node!r} against {word} {wanted!r}"


def _object_faults(
    word: str, wanted: Any, schema: Mapping[str, Any], root: Mapping[str, Any], node: Mapping[str, Any], path: str
) -> Iterator[str]:
    if word == "properties":
        for name, value in wanted.items():
            if name in node:
                yield from faults(value, root, node[name], f"{path}.{name}")
    elif word == "required":
        yield from (f"{path} lacks {name}" for name in wanted if name not in node)
    elif word == "propertyNames":
        for name in node:
            yield from faults(wanted, root, name, path)
    elif word == "minProperties":
        if len(node) < wanted:
            yield f"{path} is too small"
    else:
        for name in set(node) - set(schema.get("properties", {})):
            if wanted is False:
                yield f"{path} has {name}"
            else:
                yield from faults(wanted, root, node[name], f"{path}.{name}")


def _simple(word: str, wanted: Any, node: Any) -> bool:
    is_number = isinstance(node, (int, float)) and not isinstance(node, bool)
    match word:
        case "type":
            kinds = wanted if isinstance(wanted, list) else [wanted]
            return any(
                isinstance(node, TYPES[kind]) and (kind == "boolean") == isinstance(node, bool) for kind in kinds
            )
        case "const":
            return bool(node == wanted)
        case "enum":
            return node in wanted
        case "pattern":
            return not isinstance(node, str) or re.search(wanted, node) is not None
        case "minimum":
            return not is_number or node >= wanted
        case "maximum":
            return not is_number or node <= wanted
        case "exclusiveMinimum":
            return not is_number or node > wanted
        case "exclusiveMaximum":
            return not is_number or node < wanted
        case "minItems":
            return not isinstance(node, list) or len(node) >= wanted
        case "maxItems":
            return not isinstance(node, list) or len(node) <= wanted
    raise AssertionError(word)
