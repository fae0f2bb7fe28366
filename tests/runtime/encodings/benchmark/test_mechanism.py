"""Interventions: what is given back has to be seen in geometry and in the metric, or nothing is claimed."""

from __future__ import annotations

import numpy as np
import pytest
from encoding_blocks import factors_of

from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.compiler.encodings.terms import Term
from mlipilot.runtime.encodings.benchmark.cells import Arms
from mlipilot.runtime.encodings.benchmark.folds import Samples
from mlipilot.runtime.encodings.benchmark.mechanism import INTERVENTIONS, interventions, mechanism


def term(written: str) -> Term:
    return factors_of(written, "same_head(raw)").encodings[0]


PROTOCOL = Protocol(outer=4, repeats=1, inner=2)


def by_length() -> Samples:
    """Points whose class is their distance from the origin, of which amplitudes know nothing."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(160, 4))
    lengths = np.where(np.arange(160) % 2, 1.0, 3.0) * (1 + 0.1 * rng.random(160))
    return Samples(lengths[:, None] * X / np.linalg.norm(X, axis=1, keepdims=True), np.arange(160) % 2, "classes")


def by_direction() -> Samples:
    """Points whose class is a half space, which amplitudes keep."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(160, 4))
    return Samples(X, (X[:, 0] + 0.3 * rng.normal(size=160) > 0).astype(int), "classes")


def test_a_norm_that_decides_is_missed_and_helps_when_it_is_appended() -> None:
    found = mechanism("append the norm", term("amplitude"), by_length(), PROTOCOL, count=3)
    assert found.geometry.difference > 0.5
    assert found.metric.difference > 0.3
    assert found.holds


def test_geometry_that_moves_without_the_metric_is_no_mechanism() -> None:
    found = mechanism("append the norm", term("amplitude"), by_direction(), PROTOCOL, count=3)
    assert found.geometry.interval(0.95)[0] > 0
    assert not found.holds


@pytest.mark.parametrize(
    ("name", "chosen", "scaling"),
    [
        ("thermometer code", "basis(bits = 3)", "none"),
        ("Gray code", "basis(bits = 4)", "none"),
        ("narrow the bandwidth", "angle", "none"),
        ("centre", "amplitude", "none"),
    ],
)
def test_each_intervention_moves_its_figure(name: str, chosen: str, scaling: str) -> None:
    samples = by_direction()
    samples = samples._replace(X=samples.X + 5.0)
    found = mechanism(name, term(chosen), samples, PROTOCOL, scaling=scaling, count=2)
    assert found.figure == INTERVENTIONS[name].figure
    assert found.geometry.difference > 0


def test_an_intervention_that_is_not_known_or_of_another_encoding_is_refused() -> None:
    with pytest.raises(ValueError, match="intervention 'append' is not known: write one of append the norm, centre"):
        mechanism("append", term("amplitude"), by_length(), PROTOCOL)
    with pytest.raises(ValueError, match="'centre' is made on 'amplitude', not on 'angle'"):
        mechanism("centre", term("angle"), by_length(), PROTOCOL)


def test_every_intervention_is_made_that_changes_an_encoding() -> None:
    factors = factors_of("amplitude, amplitude(norm = append), basis(code = gray), iqp", "same_head(raw)")
    found = list(interventions(Arms(factors, by_direction()), PROTOCOL, count=2))
    assert [(one["encoding"], one["intervention"]) for one in found] == [
        ("amplitude", "append the norm"),
        ("amplitude", "centre"),
        ("amplitude(norm = append)", "centre"),
        ("basis(code = gray)", "thermometer code"),
    ]
    assert all(one["geometry"]["lower"] <= one["geometry"]["difference"] <= one["geometry"]["upper"] for one in found)
