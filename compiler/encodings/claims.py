"""Claims as a plan has them: names of what they speak of, resolved against the lists of their block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from mlipilot.compiler.encodings.benchmark import Benchmark, size_of
from mlipilot.compiler.encodings.cells import KERNEL_HEAD, Pair, pairs
from mlipilot.compiler.encodings.terms import Term, call_of, term
from mlipilot.spec.schema.encoding import DATA, ENCODINGS
from mlipilot.spec.schema.encoding.arms import CONTROL
from mlipilot.spec.schema.types import CallOf
from mlipilot.spec.values import Claim, Name


class Selection(NamedTuple):
    """What a claim speaks of: names in the lists of its block, each empty where nothing is meant."""

    data: tuple[str, ...]
    encodings: tuple[str, ...]
    controls: tuple[tuple[str, str], ...]
    """Tier and name."""
    pairs: tuple[Pair, ...]
    """On each of the data sets."""


class ClaimParameters(NamedTuple):
    """A claim as JSON."""

    verb: str
    relation: str
    written: str
    because: str
    data: tuple[str, ...]
    encoding: str
    control: str
    tier: str
    scaling: tuple[str, ...]
    dimension: tuple[int | None, ...]
    head: tuple[str, ...]

    def speaks_of(self, data: str, pair: Pair) -> bool:
        """Whether a comparison on a data set is meant."""
        return (
            data in self.data
            and pair.encoding.arm == self.encoding
            and (pair.control.arm, pair.tier) == (self.control, self.tier)
            and pair.encoding.scaling in self.scaling
            and pair.encoding.head in self.head
            and (pair.encoding.head == KERNEL_HEAD or pair.encoding.dimension in self.dimension)
        )

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in self._asdict().items()}

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> ClaimParameters:
        """From JSON."""
        own: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in document.items()
        }
        return cls(**own)


def named(claim: Claim, field: str, known: Iterable[Term], calls: CallOf) -> list[Term]:
    """Which terms a claim means by a field: of the kind that it writes, with every argument that it writes."""
    value = claim.arguments.get(field)
    if value is None:
        return list(known)
    call = call_of(value)
    said = term(call, calls)
    given = [name for name, argument in call.arguments.items() if not argument.is_default]
    return [
        other
        for other in known
        if other.kind == said.kind and all(said.arguments[name] == other.arguments.get(name) for name in given)
    ]


def word(claim: Claim, field: str) -> str | None:
    """The word that a claim has in a field."""
    value = claim.arguments.get(field)
    return value.data.text if value is not None and isinstance(value.data, Name) else None


def size(claim: Claim) -> tuple[int | None] | None:
    """The dimension that a claim names; None where it names none."""
    value = claim.arguments.get("dimension")
    return None if value is None else (size_of(value),)


def selected(found: Benchmark, claim: Claim) -> Selection:
    """What a claim speaks of."""
    encodings = named(claim, "encoding", found.factors.encodings, ENCODINGS)
    tier = word(claim, "tier")
    meant = named(claim, "control", [control.term for control in found.factors.controls], CONTROL)
    controls = [c for c in found.factors.controls if c.term in meant and tier in (None, c.tier)]
    data = named(claim, "data", found.data, DATA)
    scaling, head, dimension = word(claim, "scaling"), word(claim, "head"), size(claim)
    names = {encoding.name for encoding in encodings}
    known = {(control.tier, control.term.name) for control in controls}
    chosen = [
        pair
        for pair in pairs(found.factors)
        if pair.encoding.arm in names
        and (pair.tier, pair.control.arm) in known
        and scaling in (None, pair.encoding.scaling)
        and head in (None, pair.encoding.head)
        and (dimension is None or pair.encoding.head == KERNEL_HEAD or pair.encoding.dimension in dimension)
    ]
    return Selection(
        tuple(one.name for one in data), tuple(sorted(names)), tuple(sorted(known)), tuple(dict.fromkeys(chosen))
    )


def claim_parameters(found: Benchmark, claim: Claim) -> ClaimParameters:
    """A claim that was checked: one encoding, one control."""
    chosen = selected(found, claim)
    (tier, control), *_ = chosen.controls
    cells = [pair.encoding for pair in chosen.pairs]
    return ClaimParameters(
        claim.verb,
        claim.relation,
        claim.written,
        claim.because,
        chosen.data,
        chosen.encodings[0],
        control,
        tier,
        tuple(dict.fromkeys(cell.scaling for cell in cells)),
        tuple(dict.fromkeys(cell.dimension for cell in cells)),
        tuple(dict.fromkeys(cell.head for cell in cells)),
    )


__all__ = ["ClaimParameters", "Selection", "claim_parameters", "named", "selected", "size", "word"]
