"""Encoding benchmarks: arms that are told apart, and claims that speak of them."""

from __future__ import annotations

from collections.abc import Iterator

from mlipilot.compiler.check.encoding_power import undecided
from mlipilot.compiler.encodings.benchmark import PAPER_SETS, Benchmark, benchmark
from mlipilot.compiler.encodings.claims import Selection, named, selected
from mlipilot.compiler.encodings.terms import whole
from mlipilot.compiler.faults import about, beside, place
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.schema.encoding import DATA, ENCODINGS
from mlipilot.spec.schema.encoding.arms import CONTROL
from mlipilot.spec.values import BlockValue, Claim, Value, meaning

_LISTS = ("encodings", "scaling", "dimension", "heads", "metric", "rope", "measure")
_NEEDS_SHARES = ("auprc", "log_loss")
_WITHOUT_SHARES = ("rbf", "laplacian", "cosine", "svm")
_CONTRADICTING = {frozenset(("better", "equivalent"))}
_INTERVENED = ("amplitude", "basis", "angle")
"""Encodings on which a mechanism can be tested."""


def check(spec: Spec) -> list[Diagnostic]:
    """Faults of the `encoding` blocks."""
    return [diagnostic for block in spec.of_kind("encoding") for diagnostic in _block(spec, block)]


def _block(spec: Spec, block: BlockValue) -> Iterator[Diagnostic]:
    repeated = list(_repeated(block))
    yield from repeated
    found = benchmark(block)
    if found is None:
        return
    yield from _probabilities(found)
    yield from _idle(found)
    sound: list[tuple[Claim, Selection]] = []
    for claim in block.claims:
        faults = list(_claim(found, claim))
        yield from faults
        if not faults:
            sound.append((claim, selected(found, claim)))
    yield from _contradictions(sound)
    if not any(diagnostic.is_error for diagnostic in repeated):
        yield from undecided(spec, found, sound)


def _repeated(block: BlockValue) -> Iterator[Diagnostic]:
    """Items of a list that stand there twice."""
    for field in _LISTS:
        if block.has(field):
            yield from _twice(block, field, block.items(field))
    if block.has("controls"):
        controls = [item for group in block.items("controls") for item in _inside(group)]
        yield from _twice(block, "controls", controls)


def _inside(group: Value) -> tuple[Value, ...]:
    items = group.data.arguments["controls"].data  # type: ignore[union-attr]
    assert isinstance(items, tuple)
    return items


def _twice(block: BlockValue, field: str, values: tuple[Value, ...] | list[Value]) -> Iterator[Diagnostic]:
    first: dict[object, Value] = {}
    for value in values:
        other = first.setdefault(meaning(value.data), value)
        if other is not value and value.span is not None and other.span is not None:
            yield about(
                block,
                "MLP1251",
                f"`{field}` has `{value.written}` twice",
                value.span,
                "again",
                help="keep one of them",
                secondary=(beside(block, other.span, "first here"),),
            )


def _probabilities(found: Benchmark) -> Iterator[Diagnostic]:
    """A metric of probabilities, where some arms give none."""
    metric = found.metric.get("classes", "")
    kinds = [control.term.name for control in found.factors.controls if control.term.kind in _WITHOUT_SHARES]
    if metric not in _NEEDS_SHARES or not kinds:
        return
    yield about(
        found.block,
        "MLP1252",
        f"`{metric}` needs probabilities, and support vectors give none",
        place(found.block, "metric"),
        f"not known of {', '.join(f'`{kind}`' for kind in kinds)}",
        help="drop these controls, or judge by another metric, such as `balanced_accuracy`",
    )


def _idle(found: Benchmark) -> Iterator[Diagnostic]:
    """Mechanism tests of encodings that have none."""
    kinds = {encoding.kind for encoding in found.factors.encodings}
    if "mechanism" in found.measure and kinds.isdisjoint(_INTERVENED):
        yield about(
            found.block,
            "MLP1253",
            "no mechanism is tested: none of the encodings has an intervention",
            place(found.block, "measure"),
            "`mechanism` measures nothing here",
            help=f"name one of {', '.join(f'`{kind}`' for kind in _INTERVENED)}, or drop `mechanism`",
        )
    if found.paper_compat and not any(data.name in PAPER_SETS for data in found.data):
        yield about(
            found.block,
            "MLP1261",
            "no table of the paper is made again: it has none of these data sets whole",
            place(found.block, "paper_compat"),
            "does nothing here",
            help="name such as `wine` or `parity`, without arguments, or drop `paper_compat`",
        )


def _claim(found: Benchmark, claim: Claim) -> Iterator[Diagnostic]:
    """What a claim names and the block does not have, or has several of."""
    if "accuracy" not in found.measure:
        yield about(
            claim,
            "MLP1254",
            f"`{claim.verb} {claim.written}` is never known: `measure` lacks `accuracy`",
            claim.span,
            "nothing is compared",
            help="add `accuracy` to `measure`",
            secondary=(beside(found.block, place(found.block, "measure"), "what is measured"),),
        )
        return
    chosen = selected(found, claim)
    controls = [control.term for control in found.factors.controls]
    tier = claim.arguments.get("tier")
    parts = (
        ("encoding", "encodings", list(chosen.encodings), found.factors.encodings, ENCODINGS),
        ("control", "controls", [name for _, name in chosen.controls], controls, CONTROL),
        ("data", "data", list(chosen.data), found.data, DATA),
    )
    for field, place_of, names, known, calls in parts:
        value = claim.arguments.get(field)
        if value is None or value.span is None:
            continue
        meant = named(claim, field, known, calls)
        if not meant:
            listed = ", ".join(f"`{other.name}`" for other in known)
            yield about(
                claim,
                "MLP1255",
                f"the claim speaks of `{value.written}`, which `{place_of}` does not have",
                value.span,
                "not compared",
                help=f"write one of {listed}, or add it to `{place_of}`",
                secondary=(beside(found.block, place(found.block, place_of), "what is compared"),),
            )
            return
        if field == "control" and not names and tier is not None:
            own = next(control.tier for control in found.factors.controls if control.term in meant)
            yield about(
                claim,
                "MLP1255",
                f"`{value.written}` is a control of `{own}`, not of `{tier.written}`",
                tier.span or claim.span,
                "another tier",
                help=f"write `tier = {own}`, or leave it out",
            )
            return
        if field != "data" and len(names) > 1:
            listed = ", ".join(f"`{whole(other)}`" for other in meant)
            yield about(
                claim,
                "MLP1256",
                f"`{value.written}` may mean {len(names)} {place_of} of the block",
                value.span,
                "which one?",
                help=f"write one of {listed}",
            )
            return
    if not chosen.pairs:
        yield about(
            claim,
            "MLP1255",
            f"nothing is compared as `{claim.written}` says",
            claim.span,
            "no such comparison",
            help=_missing(found, claim),
        )


def _missing(found: Benchmark, claim: Claim) -> str:
    """Which factor of a claim the block does not have, with what it has."""
    known = {
        "scaling": found.factors.scaling,
        "dimension": ["native" if size is None else f"sketched({size})" for size in found.factors.dimension],
        "head": (*found.factors.heads, "kernel"),
    }
    given = [field for field in known if field in claim.arguments]
    return "the block has " + "; ".join(f"`{field}`: {', '.join(f'`{w}`' for w in known[field])}" for field in given)


def _contradictions(claims: list[tuple[Claim, Selection]]) -> Iterator[Diagnostic]:
    """Two claims that cannot both hold of one comparison."""
    for number, (claim, chosen) in enumerate(claims):
        for other, others in claims[:number]:
            if frozenset((claim.relation, other.relation)) not in _CONTRADICTING:
                continue
            if set(chosen.data) & set(others.data) and set(chosen.pairs) & set(others.pairs):
                yield about(
                    claim,
                    "MLP1257",
                    f"`{claim.written}` and `{other.written}` cannot both hold",
                    claim.span,
                    "one of them fails",
                    help="keep one of them, or give each a `data`, `scaling` or `head` of its own",
                    secondary=(beside(other, other.span, "the other"),),
                )
