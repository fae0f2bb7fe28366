"""A menu of points for a model that cannot write calls: valid ones, drawn at random, of which it picks by number."""

from __future__ import annotations

import math
import random
import re
from fractions import Fraction
from typing import Any

from mlipilot.runtime.pilot.language.arguments import Kind, Malformed, settle
from mlipilot.runtime.pilot.language.repair import read_object, without_thoughts
from mlipilot.runtime.pilot.language.tried import Tried
from mlipilot.runtime.pilot.language.wording import measure, written
from mlipilot.spec.edit import Change
from mlipilot.spec.space import Draw, SearchSpace

OPTIONS = 6
DRAWN = 120
"""Points that are looked at for the options."""
BECAUSE = "chosen from a menu of random points"
_ONE_NUMBER = re.compile(r"\D*(\d{1,3})\D*")


def options(space: SearchSpace, tried: Tried, seed: int) -> list[tuple[Change, ...]]:
    """A few points that differ from each other, the same for the same seed and history."""
    generator = random.Random(f"menu/{seed}/{len(tried)}")
    found: dict[tuple[tuple[str, str], ...], tuple[Change, ...]] = {}
    for _ in range(DRAWN):
        count = generator.randint(1, min(3, len(space.draws)))
        chosen = generator.sample(space.draws, count)
        settings = {draw.path.text: _random(draw, generator) for draw in chosen}
        changes = settle(settings, BECAUSE, space, tried)
        if not isinstance(changes, Malformed):
            found.setdefault(tuple((change.path, change.value) for change in changes), changes)
        if len(found) == OPTIONS:
            break
    return list(found.values())


def _random(draw: Draw, generator: random.Random) -> str | float:
    """A value as `choose` reads it."""
    domain = draw.domain
    if domain.size is not None:
        return written(draw, domain.at(generator.randrange(domain.size)))
    factor = measure(draw).factor
    low, high = (float(Fraction(end) / factor) for end in (domain.low, domain.high))
    if domain.kind == "log_uniform":
        return math.exp(generator.uniform(math.log(low), math.log(high)))
    return generator.uniform(low, high)


def picked(text: str, count: int) -> int | Malformed:
    """The place of the option that an answer names."""
    parsed = read_object(text)
    option: Any = parsed.document.get("option") if parsed is not None else _number(without_thoughts(text))
    if isinstance(option, bool) or not isinstance(option, int):
        return Malformed(Kind.BAD_JSON, "no option is named")
    return option - 1 if 1 <= option <= count else Malformed(Kind.OUT_OF_SPACE, "there is no such option")


def _number(text: str) -> int | None:
    """The number of an answer that has but one."""
    found = _ONE_NUMBER.fullmatch(text)
    return int(found[1]) if found else None


def shown(changes: tuple[Change, ...]) -> dict[str, str]:
    """An option as it is told."""
    return {change.path: change.value for change in changes}
