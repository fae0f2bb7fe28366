"""Generated sets: what their laws say of their classes, and arguments that contradict each other."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mlipilot.compiler.encodings.data.sample_facts import Fault, SampleFacts, Task

Arguments = Mapping[str, Any]
_FRIEDMAN_VARIANCE = 23.826463771381
"""Of `10 sin(pi a b) + 20 (c - 1/2)**2 + 10 d + 5 e`, all uniform from 0 to 1, by quadrature."""
_FRIEDMAN_FEATURES = 5
PLANE = 2
"""Features of the sets that are drawn in a plane."""


class Generator(NamedTuple):
    """What is known of a generator without running it."""

    keywords: Mapping[str, str]
    """Its arguments by those of the language; `noise`, `seed` and the like have the same name."""
    counts: Callable[[int], tuple[int, int]] | None
    """Of the two classes; None where numbers are predicted."""
    contradiction: Callable[[Arguments], Fault | None] = lambda _: None


def _first_larger(samples: int) -> tuple[int, int]:
    return samples - samples // 2, samples // 2


def _second_larger(samples: int) -> tuple[int, int]:
    return samples // 2, samples - samples // 2


def _at_most_the_features(part: str, noun: str) -> Callable[[Arguments], Fault | None]:
    """That there are no more of something than features."""

    def contradiction(given: Arguments) -> Fault | None:
        wanted, features = given[part], given["features"]
        if wanted <= features:
            return None
        return Fault(
            "MLP1213",
            f"`{part} = {wanted}` is more than `features = {features}`",
            part,
            noun,
            f"set `{part}` to {features} at most, or raise `features` to {wanted}",
        )

    return contradiction


def _too_few_for_friedman(given: Arguments) -> Fault | None:
    if given["features"] >= _FRIEDMAN_FEATURES:
        return None
    return Fault(
        "MLP1213",
        f"`friedman1` depends on {_FRIEDMAN_FEATURES} features, and `features = {given['features']}`",
        "features",
        help=f"raise `features` to {_FRIEDMAN_FEATURES} at least",
    )


def _planes(given: Arguments) -> Fault | None:
    """In one dimension all planes are at the median, and of an even number of sides one parity is left."""
    if given["subspace"] == 1 and given["planes"] % 2 == 0:
        return Fault(
            "MLP1213",
            f"`planes = {given['planes']}` in one dimension leaves one class",
            "planes",
            "each plane is at the median",
            "let `planes` be odd, or raise `subspace`",
        )
    return _at_most_the_features("subspace", "dimensions that the features mix")(given)


_SIZES = {"n": "n_samples", "features": "n_features"}
GENERATED: Mapping[str, Generator] = {
    "moons": Generator(_SIZES, _second_larger),
    "circles": Generator(_SIZES, _second_larger),
    "parity": Generator(
        {**_SIZES, "bits": "n_bits"}, _first_larger, _at_most_the_features("bits", "features whose signs decide")
    ),
    "high_rank_noise": Generator(
        {**_SIZES, "components": "n_components"},
        _first_larger,
        _at_most_the_features("components", "the rank of the signal"),
    ),
    "friedman1": Generator(_SIZES, None, _too_few_for_friedman),
    "hidden_manifold": Generator({**_SIZES, "dimension": "manifold_dimension"}, _first_larger),
    "two_curves": Generator(_SIZES, _first_larger),
    "hyperplanes": Generator(
        {**_SIZES, "planes": "n_hyperplanes", "subspace": "subspace_dimension"}, _first_larger, _planes
    ),
}
"""By name. Classes are as large as the law makes them; where they are drawn, in `parity`, `high_rank_noise` and
`hyperplanes`, they are so on average."""


def facts(kind: str, given: Arguments) -> SampleFacts:
    """What a generator gives; numbers are those of `friedman1`, with the noise on them."""
    counts, samples, features = GENERATED[kind].counts, given["n"], given.get("features", PLANE)
    if counts is None:
        deviation = math.sqrt(_FRIEDMAN_VARIANCE + given["noise"] ** 2)
        return SampleFacts(samples, features, "numbers", deviation=deviation)
    return SampleFacts(samples, features, "classes", counts(samples))


def task(kind: str) -> Task:
    """What is predicted."""
    return "numbers" if GENERATED[kind].counts is None else "classes"


__all__ = ["GENERATED", "Generator", "facts", "task"]
