"""Points drawn at random that satisfy the requirements of a space and were not tried: rejected, mended, or searched."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Iterable, Mapping

from mlipilot.runtime.pilot.proposers.chart import Chart
from mlipilot.runtime.pilot.proposers.numbers import rounded
from mlipilot.runtime.pilot.proposers.tried import NEAR, Tried
from mlipilot.runtime.pilot.proposers.walk import walk
from mlipilot.runtime.pilot.trial import Exhausted
from mlipilot.spec.space import Draw, Point
from mlipilot.spec.values import Data

REJECTIONS = 100
"""Points that are drawn before others are mended."""
MOST_STEPS = 20_000
"""Of a search for a point that is left, where draws did not find one."""
_LEVELS = 16
"""Values of a continuum that such a search looks at."""


def generator(seed: int, *words: object) -> random.Random:
    """A generator that belongs to a seed and some words, in every process the same."""
    text = "\0".join(map(str, (seed, *words)))
    return random.Random(int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big"))


def value(chart: Chart, draw: Draw, chance: random.Random) -> Data:
    """A value of a domain as its kind distributes it."""
    domain = draw.domain
    if domain.size is not None:
        return domain.at(chance.randrange(domain.size))
    return at_share(chart, draw, chance.random())


def at_share(chart: Chart, draw: Draw, share: float) -> Data:
    """The value at a share of the way along a continuum, rounded to what is written."""
    low, high = chart.ends[draw.path.text]
    if draw.domain.kind == "log_uniform":
        return rounded(draw.domain, low * math.exp(share * math.log(high / low)))
    return rounded(draw.domain, low + share * (high - low))


def draw_point(chart: Chart, chance: random.Random) -> dict[str, Data]:
    """A settled point, whether it satisfies the requirements or not."""
    return chart.space.settle({name: value(chart, draw, chance) for name, draw in chart.draws.items()})


def is_new(tried: Tried, settled: Point, near: float = NEAR) -> bool:
    """Whether a point satisfies the requirements, was not tried and can be written."""
    chart = tried.chart
    if chart.space.violated(settled) or tried.holds(chart.position(settled), near):
        return False
    return chart.proposal(settled, "", "") is not None


def mend(chart: Chart, wanted: Mapping[str, Data], anchor: Point, chance: random.Random) -> dict[str, Data]:
    """Of a point that satisfies the requirements, as near to a wanted one as single steps lead."""
    kept = {name: anchor[name] for name in chart.draws}
    names = list(chart.draws)
    chance.shuffle(names)
    for name in names:
        step = chart.space.settle({**kept, name: wanted[name]})
        if not chart.space.violated(step) and _in_domains(chart, step):
            kept[name] = wanted[name]
    return chart.space.settle(kept)


def _in_domains(chart: Chart, settled: Point) -> bool:
    """Whether no draw stands on a value of the spec that is outside its domain: its condition did not hold there."""
    space = chart.space
    return all(space.admits(d, settled[n]) for n, d in chart.draws.items() if chart.is_drawn(d, settled))


def new_point(
    tried: Tried, chance: random.Random, wanted: Mapping[str, Data] | None = None, anchor: Point | None = None
) -> dict[str, Data] | Exhausted:
    """A point that was not tried: a wanted one mended, a drawn one, a drawn one mended, or what a search finds.

    Of a space that can be counted every point is found before `Exhausted`, unless the search stops at `MOST_STEPS`.
    """
    chart = tried.chart
    anchor = anchor if anchor is not None else chart.space.baseline
    if wanted is not None:
        mended = mend(chart, wanted, anchor, chance)
        if is_new(tried, mended):
            return mended
    drawn = [draw_point(chart, chance)]
    for _ in range(REJECTIONS):
        if is_new(tried, drawn[-1]):
            return drawn[-1]
        drawn.append(draw_point(chart, chance))
    for point in drawn[: REJECTIONS // 10]:
        mended = mend(chart, point, anchor, chance)
        if is_new(tried, mended):
            return mended
    if not chart.is_finite:
        # So many trials that nothing is far from all of them: what differs at all will do.
        for point in drawn:
            if is_new(tried, point, 0.0):
                return point
    return _search(tried, chance)


def _search(tried: Tried, chance: random.Random) -> dict[str, Data] | Exhausted:
    chart = tried.chart
    for steps, point in enumerate(walk(chart, lambda draw: _shuffled(chart, draw, chance)), 1):
        if point is not None and is_new(tried, point, 0.0):
            return point
        if steps >= MOST_STEPS:
            return Exhausted(f"none of {steps:,} points that were looked at is both untried and meets the requirements")
    if chart.is_finite:
        return Exhausted("every point of the search that meets its requirements was tried")
    return Exhausted("no point was found that is untried and meets the requirements of the search")


def _shuffled(chart: Chart, draw: Draw, chance: random.Random) -> Iterable[Data]:
    """The values of a domain from a random place on, in strides that reach all of them."""
    size = draw.domain.size
    if size is None:
        return [value(chart, draw, chance) for _ in range(_LEVELS)]
    start, stride = chance.randrange(size), chance.randrange(1, size + 1)
    while math.gcd(stride, size) != 1:
        stride = chance.randrange(1, size + 1)
    return (draw.domain.at((start + k * stride) % size) for k in range(size))
