"""What kind of change an edit is, for every field that a search may name."""

import pytest

from mlipilot.runtime.pilot.outcome.result import Edit
from mlipilot.runtime.pilot.outcome.strategy import Strategy, strategies, strategy_of
from mlipilot.spec.schema.blocks import BLOCKS


@pytest.mark.parametrize(
    ("path", "strategy"),
    [
        ("potential.e0", Strategy.NORMALISATION),
        ("potential.scaling", Strategy.NORMALISATION),
        ("fit.forces.loss", Strategy.LOSS),
        ("fit.forces.loss.energy", Strategy.LOSS),
        ("fit.forces.lr", Strategy.SCHEDULE),
        ("fit.energy.enabled", Strategy.SCHEDULE),
        ("fit.loss.epochs", Strategy.SCHEDULE),
        ("loss.batch", Strategy.SCHEDULE),
        ("potential.max_L", Strategy.CAPACITY),
        ("scaling.seeds", None),
    ],
)
def test_a_path_has_the_strategy_of_its_field_whatever_its_blocks_are_called(
    path: str, strategy: Strategy | None
) -> None:
    assert strategy_of(path) is strategy


def test_each_field_of_models_and_stages_has_a_strategy() -> None:
    schemas = [schema for schema in BLOCKS.values() if schema.kind in ("model", "stage")]
    assert schemas
    for schema in schemas:
        for field in schema.fields:
            assert strategy_of(f"block.{field.name}") is not None, field.name


def test_strategies_come_in_their_order_each_with_its_paths() -> None:
    edits = [Edit(path, "", "", "") for path in ("m.channels", "fit.s.lr", "m.scaling", "fit.t.lr")]
    found = strategies(edits)
    assert [used.strategy.value for used in found] == ["output normalisation", "training schedule", "model capacity"]
    assert found[1].paths == ("fit.s.lr", "fit.t.lr")
