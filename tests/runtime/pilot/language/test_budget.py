"""Tokens and money are reserved before a request, settled after it, and exact to the token."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from campaign_spec import UNLIMITED, call, history
from scripted_server import Call, Refusal, Slow, Status, Text, Truncated

from mlipilot.runtime.pilot.language import Ledger, Prices
from mlipilot.runtime.pilot.language.items import Usage
from mlipilot.runtime.pilot.language.ledger import Cost, Limit
from mlipilot.runtime.pilot.trial import Remaining

GOOD = call(("potential.channels", "16"))
PRICES = Prices(Fraction(2), Fraction(8), Fraction(1, 2))
UNLIMITED_COST = Limit()


@pytest.mark.parametrize("dialect", ["chat", "responses"])
def test_spent_is_what_the_endpoint_counted_over_all_rungs(dialect: str, serve: Any, bench: Any) -> None:
    script = [Text("no", (101, 3)), Call({}, "read_spec", (207, 5)), Refusal((11, 1)), Truncated((13, 4096))]
    server = serve(*script, Call("{'", usage=(1, 1)), Text("7", (9, 9)), Text("?", (2, 2)))
    b = bench(server, endpoint={"dialect": dialect}, prices=PRICES)
    b.proposer.propose(history(b.space), b.space, UNLIMITED)
    assert b.ledger.spent.tokens == server.tokens > 0
    assert b.ledger.spent.money == sum(
        Fraction(2 * e["usage"]["prompt"] + 8 * e["usage"]["completion"], 10**6)
        for e in b.events
        if e["event"] == "llm-attempt"
    )


def test_the_reservation_is_entered_before_the_request_and_bounds_it(serve: Any, bench: Any) -> None:
    entered: list[list[str]] = []
    b = None

    def answer(body: dict[str, Any]) -> Call:
        assert b is not None
        entered.append([entry["event"] for entry in b.entries])
        return Call(GOOD)

    b = bench(serve(answer))
    b.proposer.propose(history(b.space), b.space, UNLIMITED)
    assert entered == [["llm-prices", "llm-reserve"]]
    reserved, settled = b.entries[1:]
    assert reserved["attempt"] == settled["attempt"]
    assert reserved["tokens"] > 4096 + 1000
    assert settled["tokens"] == 120


def test_an_answer_without_usage_keeps_its_reservation(serve: Any, bench: Any) -> None:
    b = bench(serve(Call(GOOD, usage=None)), prices=PRICES)
    b.proposer.propose(history(b.space), b.space, UNLIMITED)
    reserved, settled = b.entries[1:]
    assert settled["known"] is False
    assert b.ledger.spent == Cost(reserved["tokens"], Fraction(reserved["money"]))
    assert b.ledger.spent.tokens > 4096


@pytest.mark.parametrize("lost", [Status(500), Slow(5)])
def test_an_attempt_that_may_have_been_counted_stays_paid(lost: Any, serve: Any, bench: Any) -> None:
    b = bench(serve(lost, Call(GOOD)), endpoint={"timeout": 0.5})
    b.proposer.propose(history(b.space), b.space, UNLIMITED)
    reserved = next(entry["tokens"] for entry in b.entries if entry["event"] == "llm-reserve")
    assert b.ledger.spent.tokens == reserved + 120


def test_a_request_that_was_turned_down_costs_nothing(serve: Any, bench: Any) -> None:
    b = bench(serve(Status(429), Status(429), Call(GOOD)))
    b.proposer.propose(history(b.space), b.space, UNLIMITED)
    assert b.ledger.spent.tokens == 120


def test_no_request_is_sent_that_the_budget_might_not_reach(serve: Any, bench: Any) -> None:
    server = serve(Call(GOOD))
    first = bench(server)
    first.proposer.propose(history(first.space), first.space, UNLIMITED)
    needed = next(entry["tokens"] for entry in first.entries if entry["event"] == "llm-reserve")
    b = bench(server)
    found = b.proposer.propose(history(b.space), b.space, Remaining(None, None, needed - 1, None))
    assert found.origin == "tpe (fallback)"
    assert len(server.requests) == 1
    assert b.ledger.spent == Cost()
    assert b.faults() == [("tools", "budget")]
    enough = b.proposer.propose(history(b.space), b.space, Remaining(None, None, needed, None))
    assert enough.origin == "llm"


def test_the_budget_holds_within_one_proposal(serve: Any, bench: Any) -> None:
    server = serve(Text("no", (7000, 2000)))
    b = bench(server)
    limit = 30_000
    b.proposer.propose(history(b.space), b.space, Remaining(None, None, limit, None))
    assert b.ledger.spent.tokens == server.tokens <= limit
    assert b.faults()[-1][1] == "budget"


def test_money_is_limited_only_where_prices_are_known(serve: Any, bench: Any) -> None:
    server = serve(Call(GOOD))
    b = bench(server)
    assert (
        b.proposer.propose(history(b.space), b.space, Remaining(None, None, None, Fraction(1_000_000))).origin
        == "tpe (fallback)"
    )
    priced = bench(server, prices=PRICES)
    found = priced.proposer.propose(history(b.space), b.space, Remaining(None, None, None, Fraction(1, 100)))
    assert found.origin == "tpe (fallback)"
    assert server.requests == []
    found = priced.proposer.propose(history(b.space), b.space, Remaining(None, None, None, Fraction(1)))
    assert found.origin == "llm"


def test_prices_are_frozen_and_cached_tokens_have_their_own() -> None:
    entries: list[Any] = []
    ledger = Ledger(PRICES, entries.append)
    ledger.reserve("a", Usage(1000, 100), UNLIMITED_COST)
    assert ledger.spent == Cost(1100, Fraction(2000 + 800, 10**6))
    ledger.settle("a", Usage(1000, 10, 600))
    assert ledger.spent == Cost(1010, Fraction(400 * 2 + 300 + 80, 10**6))
    dearer = Ledger(Prices(Fraction(99), Fraction(99)), entries=entries)
    assert dearer.prices == PRICES
    assert dearer.spent == ledger.spent


def test_a_cache_that_costs_more_than_a_fresh_token_is_within_the_reservation() -> None:
    ledger = Ledger(Prices(Fraction(2), Fraction(8), Fraction(3)))
    ledger.reserve("a", Usage(1000, 0), UNLIMITED_COST)
    assert ledger.spent.money == Fraction(3000, 10**6)


def test_what_was_entered_before_a_crash_is_neither_lost_nor_entered_twice() -> None:
    entries: list[Any] = []
    ledger = Ledger(None, entries.append)
    ledger.reserve("a", Usage(100, 50), UNLIMITED_COST)
    ledger.settle("a", Usage(90, 10))
    ledger.reserve("b", Usage(100, 50), UNLIMITED_COST)  # and the process is killed here
    again = Ledger(None, entries.append, list(entries))
    assert again.spent.tokens == 100 + 150
    again.reserve("a", Usage(100, 50), UNLIMITED_COST)
    again.settle("a", Usage(90, 10))
    assert again.spent.tokens == 100 + 150
    again.give_up("b")  # it is sent anew, and may be counted twice
    again.reserve("b", Usage(100, 50), UNLIMITED_COST)
    again.settle("b", Usage(80, 20))
    assert again.spent.tokens == 100 + 150 + 100
    assert Ledger(None, entries=entries).spent == again.spent
