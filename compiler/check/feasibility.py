"""How much of a search space satisfies its requirements, and which requirements exclude each other.

Whether a space is empty is decided exactly where comparisons are with literals: between two neighbouring thresholds
every comparison has one outcome, so one point of each cell stands for all. Elsewhere points are drawn.
"""

from __future__ import annotations

import itertools
import math
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from mlipilot.spec.numerals import count
from mlipilot.spec.space import (
    Comparison,
    Condition,
    Draw,
    Junction,
    Literal,
    Negation,
    PathOperand,
    Requirement,
    SearchSpace,
    paths,
)
from mlipilot.spec.values import Data

MOST_CELLS = 20_000
"""Points that are looked at one by one; a larger space is sampled."""
FIRST_SAMPLES, SAMPLES = 128, 2048
"""Points that are drawn; the first few decide where much of the space is feasible."""
FEWEST_CHECKED, MOST_CHECKED, MOST_SECONDS = 200, 256, 1.0
"""Points whose specs are checked, and for how long."""
MOST_VALUES = 64
"""Values of a grid that are looked at one by one."""


class Feasibility(NamedTuple):
    """The share of a space that satisfies its requirements."""

    fraction: float
    """Of points drawn as a random search would draw them."""
    is_empty: bool
    is_proven: bool
    """Whether emptiness was decided for every point, not only for those drawn."""


def feasibility(space: SearchSpace) -> Feasibility:
    """The feasible share of a space, and whether it is empty."""
    if not space.requirements:
        return Feasibility(1.0, is_empty=False, is_proven=True)
    draws = _involved(space, space.requirements)
    generator = random.Random(0)
    met = drawn = 0
    for most in (FIRST_SAMPLES, SAMPLES):
        while drawn < most:
            met += _feasible(space, space.requirements, _random_point(draws, generator))
            drawn += 1
        if met > drawn / 4:
            break  # it is plain that most searches will do
    if met:
        return Feasibility(met / drawn, is_empty=False, is_proven=True)
    is_empty, is_proven = _is_empty(space, space.requirements)
    return Feasibility(0.0, is_empty, is_proven)


class Share(NamedTuple):
    """How many of the points that were looked at satisfy the requirements and check."""

    good: int
    looked_at: int
    is_all: bool


def share(space: SearchSpace, checks: Callable[[Mapping[str, Data]], bool]) -> Share:
    """The feasible share of a space: of all its points where they are few, else of some that are drawn.

    `checks` says whether the spec with the values of a settled point checks. Within `MOST_SECONDS`, but for the first
    `FEWEST_CHECKED` points.
    """
    sizes = [draw.domain.size for draw in space.draws]
    size = math.prod(size for size in sizes if size is not None) if None not in sizes else None
    is_all = size is not None and size <= MOST_CHECKED
    generator = random.Random(0)
    points = (
        _every_point(space) if is_all else (_random_point(list(space.draws), generator) for _ in range(MOST_CHECKED))
    )
    until = time.monotonic() + MOST_SECONDS
    good = looked_at = 0
    for point in points:
        if looked_at >= FEWEST_CHECKED and time.monotonic() > until:
            is_all = False
            break
        settled = space.settle(point)
        good += all(requirement.met(settled) for requirement in space.requirements) and checks(settled)
        looked_at += 1
    return Share(good, looked_at, is_all)


def _every_point(space: SearchSpace) -> Iterator[dict[str, Data]]:
    names = [draw.path.text for draw in space.draws]
    domains = [[draw.domain.at(index) for index in range(draw.domain.size or 0)] for draw in space.draws]
    return (dict(zip(names, values, strict=True)) for values in itertools.product(*domains))


def space_in_words(space: SearchSpace, checks: Callable[[Mapping[str, Data]], bool]) -> str:
    """How large a space is, and how much of it is feasible, in a sentence."""
    sizes = [draw.domain.size for draw in space.draws]
    known = [size for size in sizes if size is not None]
    points = count(math.prod(known), "point") if len(known) == len(sizes) else "a continuum of points"
    good, looked_at, is_all = share(space, checks)
    if is_all:
        feasible = f", {'all' if good == looked_at else f'{good:,}'} of which check"
    else:
        part = "all" if good == looked_at else f"about {100 * good / looked_at:.2g} %"
        feasible = f"; {part} of {looked_at} drawn from it check"
    return f"its search has {count(len(space.draws), 'path')} and {points}{feasible}"


def conflict(space: SearchSpace) -> tuple[Requirement, ...]:
    """Of an empty space, requirements that together exclude every point, while any of them left out would not."""
    kept = list(space.requirements)
    for requirement in space.requirements:
        rest = [other for other in kept if other is not requirement]
        if rest and _is_empty(space, rest)[0]:
            kept = rest
    return tuple(kept)


def _feasible(space: SearchSpace, requirements: Iterable[Requirement], point: dict[str, Data]) -> bool:
    settled = space.settle(point)
    return all(requirement.met(settled) for requirement in requirements)


def _is_empty(space: SearchSpace, requirements: Iterable[Requirement]) -> tuple[bool, bool]:
    """Whether no point satisfies the requirements, and whether every point was thereby looked at."""
    requirements = tuple(requirements)
    draws = _involved(space, requirements)
    conditions = [c for r in requirements for c in (r.condition, r.when) if c is not None]
    conditions += [draw.when for draw in draws if draw.when is not None]
    compared = list(itertools.chain.from_iterable(map(_comparisons, conditions)))
    cells = [_cells(draw, compared) for draw in draws]
    if math.prod(map(len, cells)) <= MOST_CELLS:
        names = [draw.path.text for draw in draws]
        points = (dict(zip(names, values, strict=True)) for values in itertools.product(*cells))
        is_proven = all(_is_simple(comparison, draws) for comparison in compared)
    else:
        generator = random.Random(1)
        points = (_random_point(draws, generator) for _ in range(2 * SAMPLES))
        is_proven = False
    return not any(_feasible(space, requirements, point) for point in points), is_proven


def _involved(space: SearchSpace, requirements: Iterable[Requirement]) -> list[Draw]:
    """The draws that the requirements speak of, and those that decide whether these are drawn at all."""
    names = set[str]().union(*(requirement.paths for requirement in requirements))
    for draw in reversed(space.draws):
        if draw.path.text in names and draw.when is not None:
            names |= paths(draw.when)
    return [draw for draw in space.draws if draw.path.text in names]


def _comparisons(condition: Condition) -> Iterator[Comparison]:
    match condition:
        case Comparison():
            yield condition
        case Negation(of):
            yield from _comparisons(of)
        case Junction(_, parts):
            for part in parts:
                yield from _comparisons(part)


def _is_simple(comparison: Comparison, draws: list[Draw]) -> bool:
    """Whether its outcome is the same all over a cell: one path and a literal, or domains that are listed whole."""
    sides = (comparison.left, comparison.right)
    if any(isinstance(side, Literal) for side in sides) and any(isinstance(side, PathOperand) for side in sides):
        return True
    named = paths(comparison)
    return all(_listed(draw) for draw in draws if draw.path.text in named)


def _listed(draw: Draw) -> bool:
    return draw.domain.size is not None and draw.domain.size <= MOST_VALUES


def _cells(draw: Draw, compared: list[Comparison]) -> list[Data]:
    """Values that stand for all of a draw's domain."""
    domain = draw.domain
    if domain.size is not None and domain.size <= MOST_VALUES:
        return [domain.at(index) for index in range(domain.size)]
    edges = {domain.low, domain.high}
    for left, right in ((c.left, c.right) for c in compared):
        for one, other in ((left, right), (right, left)):
            if one == PathOperand(draw.path.text) and isinstance(other, Literal):
                assert isinstance(other.data, (int, Fraction))
                if domain.low < other.data < domain.high:
                    edges.add(Fraction(other.data))
    ordered = sorted(edges)
    if domain.step is not None:
        return _on_grid(ordered, domain.low, domain.step, domain.kind == "int")
    between = [(a + b) / 2 for a, b in itertools.pairwise(ordered)]
    return [*ordered, *between]


def _on_grid(edges: list[Fraction], low: Fraction, step: Fraction, is_integer: bool) -> list[Data]:
    """The grid's points at, just below and just above each edge: no comparison changes elsewhere."""
    found: set[Fraction] = set()
    for edge in edges:
        nearest = (edge - low) // step
        found |= {
            low + k * step for k in (nearest - 1, nearest, nearest + 1) if edges[0] <= low + k * step <= edges[-1]
        }
    return [int(value) if is_integer else value for value in sorted(found)]


def _random_point(draws: list[Draw], generator: random.Random) -> dict[str, Data]:
    return {draw.path.text: _random_value(draw, generator) for draw in draws}


def _random_value(draw: Draw, generator: random.Random) -> Data:
    domain = draw.domain
    if domain.size is not None:
        return domain.at(generator.randrange(domain.size))
    low, high = float(domain.low), float(domain.high)
    if domain.kind == "log_uniform":
        return Fraction(math.exp(generator.uniform(math.log(low), math.log(high))))
    return Fraction(generator.uniform(low, high))


__all__ = ["Feasibility", "Share", "conflict", "feasibility", "share", "space_in_words"]
