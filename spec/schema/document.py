"""The schema as a page: blocks, fields, units and metrics, for `docs/language.md`.

`python -m mlipilot.spec.schema.document` prints the tables; with the page's path it puts them between its marks.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from mlipilot.spec.schema.blocks import BLOCKS
from mlipilot.spec.schema.domains import DOMAINS
from mlipilot.spec.schema.encoding import CLAIMS, VERBS
from mlipilot.spec.schema.metrics import METRICS, Metric
from mlipilot.spec.schema.plausible import IN_STEPS, Plausible
from mlipilot.spec.schema.structure import BlockSchema, FieldSchema
from mlipilot.spec.schema.types import AnyOf, CallOf, FieldType, Integer, ListOf, RangeOf, Real, Signature, describe
from mlipilot.spec.units import BASE_UNITS, NAMED, UNITS

BEGIN, END = "<!-- schema -->", "<!-- /schema -->"


def schema_reference() -> str:
    """The generated part of the language reference, in Markdown."""
    parts = [
        "## Blocks",
        *(_block(schema) for schema in BLOCKS.values()),
        "## Search domains",
        _domains(),
        "## Metrics",
        _metrics(),
        "## Plausible ranges",
        "A bound of a field, above, says what cannot be; these ranges say what is hardly meant. A number outside gives "
        "a warning with the reason, and is used as it stands; a search whose domain reaches outside does too.",
        _plausible(),
        "Times of a run are compared with its `timestep` too. One that is rounded to a whole number of steps, and is "
        "none, gives a warning that says what it becomes.",
        _in_steps(),
        "## Units",
        _units(),
    ]
    return "\n\n".join(parts) + "\n"


def with_schema(page: str) -> str:
    """A page with the tables of the schema between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{schema_reference()}\n{END}{after}"


def _block(schema: BlockSchema) -> str:
    label = {"word": " name", "string": ' "title"', "none": ""}[schema.label]
    head = f"{schema.kind}{label}{f' : {schema.tag}' if schema.tag else ''}"
    facts = [schema.doc]
    if schema.once:
        facts.append("At most once.")
    if schema.bounds:
        facts.append("Its fields are written with `<=`.")
    if schema.children:
        facts.append(_children(schema.children))
    if schema.rules:
        facts.append("Holds rules: `require`, `prefer`, `minimize`, `maximize`.")
    if schema.draws:
        facts.append('Holds `path ~ domain`, with `when` a condition, and `require condition because "…"`.')
    if schema.claims:
        facts.append('Holds claims: `require claim because "…"`, `predict claim because "…"`.')
    calls = [_signatures(field.name, call) for field in schema.fields if (call := _call_of(field.type)) is not None]
    rows = [_row(field) for field in schema.fields]
    table = _table(("field", "value", "default", "meaning"), rows)
    claims = [_claims()] if schema.claims else []
    return "\n\n".join([f"### `{head}`", " ".join(facts), *([table] if rows else []), *calls, *claims])


def _children(kinds: Sequence[str]) -> str:
    """Which blocks stand inside: named ones, which run in their order, or unnamed ones, each at most once."""
    listed = _and([f"`{kind}`" for kind in kinds])
    is_named = any(schema.label == "word" for schema in BLOCKS.values() if schema.kind in kinds)
    return f"Holds {listed} blocks, {'which run in their order' if is_named else 'each at most once'}."


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _claims() -> str:
    """What may be claimed, once with its arguments: all claims have the same."""
    verbs = "; ".join(f"`{verb}`: {doc}" for verb, doc in VERBS.items())
    claims = "\n".join(f"- `{name}`: {signature.doc}" for name, signature in CLAIMS.items())
    parameters = "\n".join(
        f"- `{parameter.name}`: {parameter.doc}" for parameter in next(iter(CLAIMS.values())).parameters
    )
    return f"Claims ({verbs}):\n\n{claims}\n\ntheir arguments:\n\n{parameters}"


def _row(field: FieldSchema) -> tuple[str, ...]:
    default = f"`{field.default}`" if field.default is not None else "required" if field.required else "none"
    option = f" (MACE: `{field.option}`)" if field.option else ""
    return f"`{field.name}`", describe(field.type) + _limits(field.type), default, field.doc + option


def _limits(type_: FieldType) -> str:
    match type_:
        case Integer(low, high):
            if low is None:
                return f"; at most {high}" if high is not None else ""
            return f"; {low} to {high}" if high is not None else f"; at least {low}"
        case Real():
            unit = BASE_UNITS.get(type_.dimension, "")
            bounds = [
                ("above", type_.above),
                ("at least", type_.minimum),
                ("below", type_.below),
                ("at most", type_.maximum),
            ]
            words = " and ".join(f"{word} {bound}{f' {unit}' if unit else ''}" for word, bound in bounds if bound)
            return f"; {words}" if words else ""
        case RangeOf(item):
            return _limits(item)
        case ListOf(item, low, high):
            return _limits(item) + (f"; {low} items" if low == high else "")
        case AnyOf(types):
            return "".join(dict.fromkeys(_limits(other) for other in types))
        case _:
            return ""


def _call_of(type_: FieldType) -> CallOf | None:
    """The calls that a field takes, or that its list holds."""
    if isinstance(type_, ListOf):
        return _call_of(type_.item)
    return type_ if isinstance(type_, CallOf) else None


def _signatures(name: str, calls: CallOf) -> str:
    return f"`{name}`:\n\n" + "\n".join(f"- {_signature(signature)}" for signature in calls.signatures)


def _signature(signature: Signature) -> str:
    arguments = [p.name + (f" = {p.default}" if p.default is not None else "") for p in signature.parameters]
    if signature.gathers:
        (items,) = signature.parameters
        assert isinstance(items.type, ListOf)
        assert isinstance(items.type.item, CallOf)
        inside = "".join(f"\n    - {_signature(item)}" for item in items.type.item.signatures)
        return f"`{signature.name}(…)`: {signature.doc}{inside}"
    if signature.element_values is not None:
        arguments = ["Cu = …"]
    shape = f"`{signature.name}({', '.join(arguments)})`" if arguments else f"`{signature.name}`"
    docs = [f"`{p.name}`: {p.doc}{_calls(p.type)}" for p in signature.parameters if p.doc]
    return f"{shape}: {signature.doc or signature.name}" + (f" ({'; '.join(docs)})" if docs else "")


def _calls(type_: FieldType) -> str:
    """What an argument that is itself a call may be."""
    return f", {describe(type_)}" if isinstance(type_, CallOf) else ""


def _domains() -> str:
    rows = [(f"`{domain.shape}`", domain.fields, domain.doc) for domain in DOMAINS.values()]
    return _table(("domain", "for", "draws"), rows)


def _metrics() -> str:
    rows = [
        (
            f"`{metric.name}({_target(metric)})`",
            f"`{metric.unit}`",
            "`<=`" if metric.lower_is_better else "`>=`",
            metric.doc,
            metric.bounds.value,
        )
        for metric in METRICS.values()
    ]
    return _table(("metric", "unit", "bound", "meaning", "interval"), rows)


def _plausible() -> str:
    rows = [
        (", ".join(f"`{place}`" for place in places), _range(known), known.reason, known.source)
        for known, places in plausible_places().items()
    ]
    return _table(("of", "range", "reason", "source"), rows)


def _range(known: Plausible) -> str:
    return known.words or "any"


def _in_steps() -> str:
    rows = [
        (
            f"`{name}`",
            "any" if steps.least is None else f"at least {steps.least}",
            steps.rounded or "kept",
            steps.reason,
        )
        for name, steps in IN_STEPS.items()
    ]
    return _table(("of", "steps", "rounded", "reason"), rows)


def plausible_places() -> dict[Plausible, list[str]]:
    """Every plausible range of the schema, with the fields, arguments and thresholds that it is of."""
    found: dict[Plausible, list[str]] = {}
    numbers = [(f"{s.kind}.{field.name}", field.type) for s in BLOCKS.values() for field in s.fields]
    numbers += [(metric.name, metric.threshold) for metric in METRICS.values()]
    for name, type_ in numbers:
        for place, number in reals(name, type_):
            if number.plausible is not None and place not in found.setdefault(number.plausible, []):
                found[number.plausible].append(place)
    return found


def reals(name: str, type_: FieldType) -> Iterator[tuple[str, Real]]:
    """The real numbers that a value of a type holds, each with the place that it has in it."""
    match type_:
        case Real():
            yield name, type_
        case RangeOf(item) | ListOf(item):
            yield from reals(name, item)
        case AnyOf(types):
            for other in types:
                yield from reals(name, other)
        case CallOf(signatures):
            for signature in signatures:
                for parameter in signature.parameters:
                    yield from reals(f"{name}.{parameter.name}", parameter.type)
                if signature.element_values is not None:
                    yield from reals(f"{name}.{signature.name}", signature.element_values)
        case _:
            return


def _target(metric: Metric) -> str:
    return ", ".join([metric.target.shape, *(f"{parameter.name} = …" for parameter in metric.parameters)])


def _units() -> str:
    rows = []
    for name, dimension in NAMED.items():
        words = [f"`{word}`" for word, unit in UNITS.items() if unit.dimension == dimension]
        rows.append((name, " ".join(words) or f"such as `{dimension.example}`"))
    return _table(("dimension", "units"), rows)


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def main(arguments: list[str]) -> None:
    """Print the tables, or put them into the page that is named."""
    if not arguments:
        sys.stdout.write(schema_reference())
        return
    page = Path(arguments[0])
    page.write_text(with_schema(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
