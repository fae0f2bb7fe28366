"""Tokens and money of a language model: reserved before a request is sent, settled when it was answered.

An answer that does not say what it used keeps its reservation: unknown is not zero. Each attempt has a name of its own,
so that one which was entered before a crash is not entered again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from mlipilot.runtime.pilot.language.items import Usage
from mlipilot.spec.numerals import count

_MILLION = 1_000_000


class Prices(NamedTuple):
    """Money for a million tokens; frozen before the first request, and entered in the ledger."""

    prompt: Fraction
    completion: Fraction
    cached: Fraction | None = None
    """Of a prompt's tokens that came from a cache; None: as the others."""

    def of(self, usage: Usage) -> Fraction:
        """What some tokens cost."""
        cached = self.prompt if self.cached is None else self.cached
        fresh = usage.prompt - usage.cached
        return (fresh * self.prompt + usage.cached * cached + usage.completion * self.completion) / _MILLION

    def dearest(self, usage: Usage) -> Fraction:
        """The most that they can cost."""
        return max(self.of(usage._replace(cached=0)), self.of(usage._replace(cached=usage.prompt)))


class Cost(NamedTuple):
    """Tokens and money."""

    tokens: int = 0
    money: Fraction = Fraction(0)

    def __add__(self, other: Cost) -> Cost:  # type: ignore[override]
        return Cost(self.tokens + other.tokens, self.money + other.money)

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.tokens - other.tokens, self.money - other.money)


class Limit(NamedTuple):
    """What may be spent; None where there is no limit."""

    tokens: int | None = None
    money: Fraction | None = None

    def refuses(self, cost: Cost) -> bool:
        """Whether a cost is too high."""
        return (self.tokens is not None and cost.tokens > self.tokens) or (
            self.money is not None and cost.money > self.money
        )

    def after(self, spent: Cost) -> Limit:
        """What is left of it."""
        return Limit(
            None if self.tokens is None else max(0, self.tokens - spent.tokens),
            None if self.money is None else max(Fraction(0), self.money - spent.money),
        )

    def beyond(self, spent: Cost) -> Limit:
        """A limit on all that was spent, from one on what will be spent from now on."""
        return Limit(
            None if self.tokens is None else spent.tokens + self.tokens,
            None if self.money is None else spent.money + self.money,
        )


@dataclass
class _Line:
    cost: Cost
    is_settled: bool = False


def lost_attempts(entries: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """How often each attempt was set aside for, and then cut off before anybody entered what it used."""
    found: Counter[str] = Counter()
    for entry in entries:
        found[entry.get("attempt", "")] += {"llm-reserve": 1, "llm-settle": -1}.get(str(entry["event"]), 0)
    return +found


class Ledger:
    """What a model has cost. `write` is told of each entry before it counts, such as a journal's `append`."""

    def __init__(
        self,
        prices: Prices | None = None,
        write: Callable[[Mapping[str, Any]], object] = lambda entry: None,
        entries: Iterable[Mapping[str, Any]] = (),
        lost: Mapping[str, int] | None = None,
    ) -> None:
        self.prices = prices
        self._write = write
        self._lost = dict(lost or {})
        self._lines: dict[str, _Line] = {}
        self.spent = Cost()
        """All that was settled, and all that is reserved."""
        self._is_frozen = False
        for entry in entries:
            self._restore(entry)

    def _restore(self, entry: Mapping[str, Any]) -> None:
        """Take up an entry that was written before."""
        match entry.get("event"):
            case "llm-prices":
                given = entry["prices"]
                self.prices = None if given is None else _prices(given)
                self._is_frozen = True
            case "llm-reserve":
                self.give_up(entry["attempt"])
                self._enter(entry["attempt"], _Line(_cost(entry)))
            case "llm-settle":
                self._enter(entry["attempt"], _Line(_cost(entry), is_settled=True))

    def _freeze(self) -> None:
        """Enter the prices, before anything is paid by them."""
        if not self._is_frozen:
            shown = None if self.prices is None else [None if price is None else str(price) for price in self.prices]
            self._write({"event": "llm-prices", "prices": shown})
            self._is_frozen = True

    def _enter(self, attempt: str, line: _Line) -> None:
        old = self._lines.get(attempt)
        self.spent += line.cost if old is None else line.cost - old.cost
        self._lines[attempt] = line

    def holds(self, attempt: str) -> bool:
        """Whether an attempt is entered."""
        return attempt in self._lines

    def give_up(self, attempt: str) -> None:
        """Free the name of an attempt that will be sent anew; what it may have cost stays entered."""
        line = self._lines.pop(attempt, None)
        if line is not None:
            self._lines[f"{attempt}/lost-{len(self._lines)}"] = line

    def lost(self, attempt: str) -> int:
        """How often an attempt is still to be set aside for in vain, as it was in a record that is repeated."""
        return self._lost.pop(attempt, 0)

    def allows(self, attempt: str, most: Usage, limit: Limit) -> bool:
        """Whether the most that an attempt can cost is within a limit, or set aside already.

        Where money is limited and the prices are not known, nothing is allowed.
        """
        if self.holds(attempt):
            return True
        cost = self._priced(most, dearest=True)
        return not limit.refuses(self.spent + cost) and (limit.money is None or self.prices is not None)

    def refusal(self, most: Usage, limit: Limit) -> str:
        """Why an attempt that can cost this much is not allowed."""
        cost, left = self._priced(most, dearest=True), limit.after(self.spent)
        if left.tokens is not None and cost.tokens > left.tokens:
            return f"a request may take {count(cost.tokens, 'token')}, and {left.tokens:,} are left"
        if left.money is not None and self.prices is not None:
            return f"a request may cost {float(cost.money):.3g}, and {float(left.money):.3g} of the money is left"
        return "money is limited, and the prices are not known"

    def reserve(self, attempt: str, most: Usage, limit: Limit) -> bool:
        """Set aside the most that an attempt can cost; False where that is not allowed."""
        if self.holds(attempt):
            return True
        if not self.allows(attempt, most, limit):
            return False
        self._freeze()
        cost = self._priced(most, dearest=True)
        self._write({"event": "llm-reserve", "attempt": attempt, **_shown(cost)})
        self._enter(attempt, _Line(cost))
        return True

    def settle(self, attempt: str, usage: Usage | None) -> None:
        """Replace a reservation by what was used; None leaves it, as nobody knows."""
        line = self._lines[attempt]
        if line.is_settled:
            return
        cost = line.cost if usage is None else self._priced(usage)
        self._write({"event": "llm-settle", "attempt": attempt, "known": usage is not None, **_shown(cost)})
        self._enter(attempt, _Line(cost, is_settled=True))

    def _priced(self, usage: Usage, *, dearest: bool = False) -> Cost:
        money = Fraction(0)
        if self.prices is not None:
            money = self.prices.dearest(usage) if dearest else self.prices.of(usage)
        return Cost(usage.prompt + usage.completion, money)


def _prices(given: list[str | None]) -> Prices:
    prompt, completion, cached = given
    assert prompt is not None
    assert completion is not None
    return Prices(Fraction(prompt), Fraction(completion), None if cached is None else Fraction(cached))


def _shown(cost: Cost) -> dict[str, Any]:
    return {"tokens": cost.tokens, "money": str(cost.money)}


def _cost(entry: Mapping[str, Any]) -> Cost:
    return Cost(int(entry["tokens"]), Fraction(entry["money"]))
