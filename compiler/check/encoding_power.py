"""What the protocol of an encoding benchmark can decide, and what of it does not fit into memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from mlipilot.compiler.encodings.benchmark import POINT, Benchmark
from mlipilot.compiler.encodings.cells import Cell, cells, pairs
from mlipilot.compiler.encodings.claims import Selection
from mlipilot.compiler.encodings.data.folds import fold_faults
from mlipilot.compiler.encodings.data.kinds import facts_of
from mlipilot.compiler.encodings.promises import Promised, promises
from mlipilot.compiler.encodings.widths import MEMORY, needed_bytes
from mlipilot.compiler.faults import about, beside, place
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.numerals import count, percent, short, size
from mlipilot.spec.source import Span
from mlipilot.spec.values import Claim


class Lost(NamedTuple):
    """Cells of a data set that do not fit."""

    data: str
    sizes: Mapping[Cell, int]
    """Bytes of each."""

    def worst(self, among: Collection[Cell]) -> tuple[Cell, int]:
        """The largest of some cells, with its bytes."""
        return max(((cell, self.sizes[cell]) for cell in among if cell in self.sizes), key=lambda found: found[1])


def _lost(spec: Spec, found: Benchmark) -> Iterator[Lost]:
    named = cells(pairs(found.factors))
    for data in found.data:
        facts = facts_of(data, found.block, spec)
        if facts is None:
            continue
        sizes = {cell: needed_bytes(cell, found.factors, facts.samples, facts.features) for cell in named}
        beyond = {cell: needed for cell, needed in sizes.items() if needed > MEMORY}
        if beyond:
            yield Lost(data.name, beyond)


def _left_out(found: Benchmark, lost: list[Lost]) -> Iterator[Diagnostic]:
    """Cells that will have no result, said once for each data set."""
    for one in lost if "accuracy" in found.measure else ():
        arms = sorted({f"`{cell.arm}`" for cell in one.sizes})
        worst, needed = one.worst(one.sizes)
        yield about(
            found.block,
            "MLP1260",
            f"{count(len(one.sizes), 'cell')} of `{one.data}` will be left out: {', '.join(arms)}",
            _span_of(found, one.data),
            f"`{worst.arm}` needs {size(needed)}, and a job keeps features up to {size(MEMORY)}",
            help="the others run; `sketched` does not help, since features are made before they are projected",
        )


def _never_made(claim: Claim, lost: Lost, meant: Collection[Cell], found: Benchmark) -> Diagnostic:
    worst, needed = lost.worst(meant)
    return about(
        claim,
        "MLP1258",
        f"`{claim.verb} {claim.written}` cannot be decided on `{lost.data}`",
        claim.span,
        f"`{worst.arm}` needs {size(needed)}, and is left out",
        help="name other `data` in the claim, or claim something of an arm that fits",
        secondary=(beside(found.block, _span_of(found, lost.data), "this data set"),),
    )


def undecided(spec: Spec, found: Benchmark, claims: list[tuple[Claim, Selection]]) -> Iterator[Diagnostic]:
    """Claims that cannot be decided; and, said once, comparisons that cannot be."""
    lost = list(_lost(spec, found))
    yield from _left_out(found, lost)
    small = set(_too_small(spec, found))
    known = [one for one in promises(found, spec) if one.data not in small]
    refused: set[tuple[str, str]] = set()
    for claim, chosen in claims:
        tiers = {pair.tier for pair in chosen.pairs}
        meant = [one for one in known if one.data in chosen.data and one.tier in tiers and one.found is not None]
        weak = next((one for one in meant if not _decides(claim, one, found)), None)
        cells_meant = {cell for pair in chosen.pairs for cell in pair}
        unmade = next((one for one in lost if one.data in chosen.data and one.sizes.keys() & cells_meant), None)
        if unmade is not None:
            yield _never_made(claim, unmade, cells_meant, found)
        elif weak is not None:
            refused.add((weak.data, weak.tier))
            yield _undecidable(claim, weak, found)
    unlikely = [
        one
        for one in known
        if one.found is not None
        and one.found.smallest_difference > found.discordance
        and one.found.largest_discordance < found.discordance
        and (one.data, one.tier) not in refused
    ]
    share = percent(found.discordance)
    if unlikely and "accuracy" in found.measure:
        yield about(
            found.block,
            "MLP1259",
            f"no verdict is likely on {_listed(unlikely)}: too few samples for the protocol",
            _span_of(found, unlikely[0].data),
            f"finds {_points(unlikely[0])}; arms that disagree on {share} of predictions differ by no more",
            help="it runs, and may stay undecided: use more samples, fewer comparisons, or a wider `rope`",
        )


def _too_small(spec: Spec, found: Benchmark) -> Iterator[str]:
    """Data sets that the folds cannot be made of, which is said of the data."""
    for data in found.data:
        facts = facts_of(data, found.block, spec)
        if facts is not None and fold_faults(facts, data.name, found.protocol):
            yield data.name


def _decides(claim: Claim, one: Promised, found: Benchmark) -> bool:
    assert one.found is not None
    return {
        "better": one.found.smallest_difference <= found.discordance,
        "equivalent": one.found.largest_discordance >= found.discordance,
        "not_worse": bool(one.finds_not_worse),
    }[claim.relation]


def _undecidable(claim: Claim, one: Promised, found: Benchmark) -> Diagnostic:
    assert one.found is not None
    share = percent(found.discordance)
    rope = found.rope[POINT]
    if claim.relation == "better" and rope >= found.discordance:
        return about(
            claim,
            "MLP1258",
            f"`{claim.verb} {claim.written}` cannot be decided: the ROPE is wider than any difference that is expected",
            place(found.block, "rope"),
            f"arms that disagree on {share} of predictions differ by no more than that",
            help=f"write a `rope` well below {share}, or set the `discordance` that you expect",
            secondary=(beside(claim, claim.span, "the claim"),),
        )
    why = {
        "better": f"the smallest difference that is found in 80 % is {_points(one)}, and arms that disagree on {share} "
        "of predictions differ by no more than that",
        "equivalent": "two arms are called equivalent in 80 % where they disagree on "
        f"{percent(one.found.largest_discordance)} of predictions at most, and {share} are expected",
        "not_worse": f"with {share} of disagreeing predictions it is not shown in 80 %, whatever the difference is",
    }[claim.relation]
    return about(
        claim,
        "MLP1258",
        f"`{claim.verb} {claim.written}` cannot be decided on `{one.data}`",
        claim.span,
        f"corrected for {one.comparisons} comparisons" if one.comparisons > 1 else "too few samples",
        notes=(why,),
        help=_remedy(claim, one),
        secondary=(beside(found.block, _span_of(found, one.data), "this data set"),),
    )


def _remedy(claim: Claim, one: Promised) -> str:
    """What makes a claim decidable; repeats share their samples, and hardly do."""
    more = {"better": ", compare fewer arms" if one.comparisons > 1 else ""}.get(claim.relation, ", widen `rope`")
    return f"name larger `data`{more}, or set the `discordance` that you expect"


def _points(one: Promised) -> str:
    assert one.found is not None
    return f"{short(100 * one.found.smallest_difference, 2)} points"


def _listed(weak: list[Promised]) -> str:
    names = list(dict.fromkeys(f"`{one.data}`" for one in weak))
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _span_of(found: Benchmark, data: str) -> Span:
    number = [term.name for term in found.data].index(data)
    return found.block.items("data")[number].span or found.block.span


__all__ = ["undecided"]
