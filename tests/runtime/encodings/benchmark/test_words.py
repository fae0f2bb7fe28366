"""The paragraph: what it says of each encoding, of claims and of what is undecided, and what it never says."""

from __future__ import annotations

import pytest
from made_benchmark import Drawn, bare, claim, compared, place

from mlipilot.runtime.encodings.benchmark.outcome import LEFT_OUT, Change, Mechanism, Share
from mlipilot.runtime.encodings.benchmark.words import by_tier, claims_told, paragraph, tally, told


def test_a_tally_has_the_words_that_there_are_in_their_order() -> None:
    found = tally([compared("undecided"), compared("better"), compared("undecided"), compared(LEFT_OUT)])
    assert told(found) == "1 better, 2 undecided, 1 left out"


def test_tiers_stand_in_the_order_of_the_language() -> None:
    found = by_tier([compared("better", tier=tier) for tier in ("adaptive", "new", "same_head")])
    assert list(found) == ["same_head", "adaptive", "new"]


def test_each_encoding_is_told_tier_by_tier() -> None:
    found = paragraph(
        bare(
            comparisons=(
                compared("better"),
                compared("better", control="fourier"),
                compared("better", place=place("iris")),
                compared("worse", tier="adaptive", control="svm"),
                compared("equivalent", encoding="basis(bits = 2)"),
            )
        )
    )
    assert found == "angle: same head all 3 better (2 sets); adaptive 1 worse. basis: same head 1 equivalent."


def test_encodings_of_one_kind_keep_their_arguments() -> None:
    named = ("angle(axis = x)", "angle(axis = z)")
    found = paragraph(bare(comparisons=tuple(compared("equivalent", encoding=name) for name in named)))
    assert found == "angle(axis = x): same head 1 equivalent. angle(axis = z): same head 1 equivalent."


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ((), ""),
        (("holds",), "the requirement holds"),
        (("fails",), "the requirement does not hold"),
        (("undecided",), "the requirement is undecided"),
        (("holds", "holds"), "all 2 requirements hold"),
        (("fails", "fails"), "none of 2 requirements hold, 2 do not"),
        (("holds", "holds", "fails", "undecided"), "2 of 4 requirements hold, 1 does not, 1 is undecided"),
        (("holds", "undecided", "undecided"), "1 of 3 requirements holds, 2 are undecided"),
    ],
)
def test_claims_are_counted_in_the_singular_and_the_plural(outcomes: tuple[str, ...], said: str) -> None:
    assert claims_told([claim(outcome) for outcome in outcomes], "require") == said


def test_predictions_are_told_in_the_past() -> None:
    assert claims_told([claim("holds", "predict"), claim("fails", "predict")], "predict") == (
        "1 of 2 predictions held, 1 did not"
    )
    assert claims_told([claim("fails", "predict")], "predict") == "the prediction did not hold"


@pytest.mark.parametrize(
    ("factors", "said"),
    [
        ((4.2,), "About 4.2 times the samples would decide the undecided one."),
        ((None,), "No number of samples within reach would decide the undecided one."),
        ((3.0, 9.0, None), "About 9 times the samples would decide half of the 3 undecided."),
        ((3.0, None, None), "No number of samples within reach would decide half of the 3 undecided."),
        ((1e9,), "No number of samples within reach would decide the undecided one."),
    ],
)
def test_what_would_decide_counts_those_that_nothing_would(factors: tuple[float | None, ...], said: str) -> None:
    found = paragraph(bare(comparisons=tuple(compared("undecided", samples_factor=factor) for factor in factors)))
    assert found.endswith(said)
    assert f"{'all ' if len(factors) > 1 else ''}{len(factors)} undecided." in found


def test_the_largest_factor_is_named_with_its_share() -> None:
    shares = (Share("wine", "scaling", 2, 0.12), Share("iris", "encoding", 3, 0.41))
    assert "The largest factor is the encoding on iris: 41 % of the variance." in paragraph(bare(shares=shares))
    nothing = (Share("wine", "scaling", 2, -0.01),)
    assert "No factor explains any of the variance." in paragraph(bare(shares=nothing))


def test_a_mechanism_is_told_by_how_often_both_rose() -> None:
    rise, none = Change(0.1, 0.05, 0.15), Change(0.0, -0.1, 0.1)
    found = [
        Mechanism(data, "angle", name, "norm kept", rise, rise if held else none, held)
        for data, name, held in (("iris", "centre", True), ("wine", "centre", False), ("wine", "Gray code", False))
    ]
    said = "Geometry and metric rose together by “centre” on 1 of 2 sets, by “Gray code” on 0 of 1 set."
    assert said in paragraph(bare(mechanisms=tuple(found)))


def test_nothing_compared_is_said() -> None:
    assert paragraph(bare()) == "Nothing was compared."


def test_a_whole_benchmark_is_told_shortly_and_never_as_no_difference() -> None:
    found = paragraph(Drawn().outcome())
    assert len(found.split()) <= 155
    assert "no difference" not in found
    assert "1 of 2 requirements holds, 1 is undecided." in found
    small = Drawn(controls={"same_head": ("raw", "fourier")}, sets=("iris", "wine")).outcome(mechanisms=())
    assert len(paragraph(small).split()) <= 90
