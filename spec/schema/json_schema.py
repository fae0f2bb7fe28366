"""The schema as JSON Schema (2020-12): what a spec's blocks hold, for editors and programs that write specs.

A spec stands in JSON as its edition and a list of blocks; `json_types` says how their values are written. What a
schema cannot say, such as that a reference names a block that is there, `mlipilot check` says of the spec.
"""

from __future__ import annotations

from typing import Any

from mlipilot.spec.schema.blocks import BLOCKS, EDITIONS, TOP_KINDS
from mlipilot.spec.schema.domains import DOMAINS, DomainSchema
from mlipilot.spec.schema.encoding import CLAIMS, VERBS
from mlipilot.spec.schema.json_types import (
    NAME,
    PATH,
    JsonSchema,
    arguments_schema,
    closed,
    default_of,
    element_schema,
    type_schema,
)
from mlipilot.spec.schema.metrics import METRICS, Metric
from mlipilot.spec.schema.structure import BlockSchema, FieldSchema
from mlipilot.spec.schema.targets import Target
from mlipilot.spec.schema.types import Signature

_VALUE = {"type": ["number", "string", "boolean", "object"]}


def json_schema() -> dict[str, Any]:
    """The document."""
    top = [schema for schema in BLOCKS.values() if schema.kind in TOP_KINDS]
    properties = {
        "edition": {"enum": list(EDITIONS)},
        "blocks": {"type": "array", "items": {"oneOf": [{"$ref": _place(schema)} for schema in top]}},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mlipilot spec",
        "description": "An experiment as JSON: the blocks of a spec, their values as a spec writes them.",
        **closed(properties, tuple(properties)),
        "$defs": {
            "element": element_schema(),
            "rule": {"oneOf": [_rule(metric) for metric in METRICS.values()]},
            "claim": {"oneOf": [_claim(signature) for signature in CLAIMS.values()]},
            "draw": _draw(),
            "requirement": _requirement(),
            **{_name(schema): _block(schema) for schema in BLOCKS.values()},
        },
    }


def _name(schema: BlockSchema) -> str:
    return f"{schema.kind}.{schema.tag}" if schema.tag is not None else schema.kind


def _place(schema: BlockSchema) -> str:
    return f"#/$defs/{_name(schema)}"


def _array(*names: str) -> JsonSchema:
    shapes = [{"$ref": f"#/$defs/{name}"} for name in names]
    return {"type": "array", "items": shapes[0] if len(shapes) == 1 else {"oneOf": shapes}}


def _block(schema: BlockSchema) -> JsonSchema:
    properties: JsonSchema = {"kind": {"const": schema.kind}}
    if schema.tag is not None:
        properties["tag"] = {"const": schema.tag}
    if schema.label != "none":
        properties["name"] = {"type": "string", **({"pattern": f"^{NAME}$"} if schema.label == "word" else {})}
    fields = {field.name: _field(field) for field in schema.fields}
    properties["fields"] = closed(fields, tuple(field.name for field in schema.fields if field.required))
    required = tuple(properties) if any(field.required for field in schema.fields) else tuple(properties)[:-1]
    if schema.children:
        properties["children"] = _array(*(_name(block) for block in BLOCKS.values() if block.kind in schema.children))
    if schema.rules:
        properties["rules"] = _array("rule")
    if schema.claims:
        properties["claims"] = _array("claim")
    if schema.draws:
        properties |= {"draws": _array("draw"), "requirements": _array("requirement")}
    facts = {"x-once": schema.once, "x-searched": schema.searched}
    return {"description": schema.doc, **closed(properties, required), **facts}


def _field(field: FieldSchema) -> JsonSchema:
    found = {**type_schema(field.type), "description": field.doc}
    if field.default is not None:
        found |= default_of(field.type, field.default)
    if field.option is not None:
        found["x-mace-option"] = field.option
    if field.fixed:
        found["x-fixed"] = True
    return found


def _rule(metric: Metric) -> JsonSchema:
    """The rules of a scorecard that speak of a metric: with a bound and a reason, with a bound, or without."""
    about = {
        "metric": {"const": metric.name},
        "target": {"type": "string", "pattern": _pattern(metric.target), "description": metric.target.doc},
        **({"arguments": arguments_schema(Signature(metric.name, metric.parameters))} if metric.parameters else {}),
    }
    # A metric's own arguments are optional, whatever their signature says.
    about.get("arguments", {}).pop("required", None)
    bound = {
        "comparator": {"const": "<=" if metric.lower_is_better else ">="},
        "threshold": type_schema(metric.threshold),
    }
    because = {"because": {"type": "string", "pattern": r"\S"}}
    verb = {"verb": {"enum": ["minimize", "maximize"]}}
    needed = ("verb", "metric", "target")
    return {
        "description": metric.doc,
        "x-unit": metric.unit,
        "oneOf": [
            closed({"verb": {"const": "require"}, **about, **bound, **because}, (*needed, *bound, *because)),
            closed({"verb": {"const": "prefer"}, **about, **bound, **because}, (*needed, *bound)),
            closed({**verb, **about, **because}, needed),
        ],
    }


def _claim(signature: Signature) -> JsonSchema:
    properties = {
        "verb": {"enum": list(VERBS)},
        "relation": {"const": signature.name},
        "arguments": arguments_schema(signature),
        "because": {"type": "string", "pattern": r"\S"},
    }
    return {"description": signature.doc, **closed(properties, tuple(properties))}


def _pattern(target: Target) -> str:
    if target.repeats:
        return rf"^{PATH}\.cell\([0-9]+, [0-9]+, [0-9]+\)$"
    return rf"^{PATH}\.({'|'.join(target.members)})$" if target.members else f"^{PATH}$"


def _draw() -> JsonSchema:
    properties = {
        "path": {"type": "string", "pattern": f"^{PATH}$", "description": "a field that a search may change"},
        "domain": {"oneOf": [_domain(domain) for domain in DOMAINS.values()]},
        "when": {"type": "string", "description": "a condition, as a spec writes it"},
    }
    return closed(properties, ("path", "domain"))


def _domain(domain: DomainSchema) -> JsonSchema:
    if domain.name == "choice":
        shape: JsonSchema = {"type": "array", "items": _VALUE, "minItems": 1}
    else:
        bounds = {"low": _VALUE, "high": _VALUE}
        shape = closed({**bounds, **({"step": _VALUE} if domain.has_step else {})}, tuple(bounds))
    return {**closed({domain.name: shape}, (domain.name,)), "description": domain.doc, "examples": [domain.shape]}


def _requirement() -> JsonSchema:
    properties = {
        "require": {"type": "string", "description": "a condition, as a spec writes it"},
        "when": {"type": "string", "description": "a condition, as a spec writes it"},
        "because": {"type": "string", "pattern": r"\S"},
    }
    return closed(properties, ("require", "because"))
