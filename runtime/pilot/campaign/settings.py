"""What a campaign is told by its spec: its arms, what its gate asks, and what each arm may spend."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from mlipilot.compiler.lower.campaign import arm_name, arms, baseline_seeds, has_sealed
from mlipilot.compiler.plan import Plan
from mlipilot.compiler.seeds import seed_from
from mlipilot.runtime.pilot.gate.settings import Settings as Gate
from mlipilot.runtime.pilot.language import Limit
from mlipilot.spec.document import Spec
from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line


@dataclass(frozen=True)
class Limits:
    """What the budget allows; None where there is no limit. Of trials it is each lane's, of the rest the campaign's."""

    trials: int | None
    device_seconds: float | None
    tokens: int | None
    money: float | None = None

    def of_models(self, lanes: int) -> Limit:
        """What each of so many lanes that ask a language model may use."""
        tokens = None if self.tokens is None else self.tokens // lanes
        return Limit(tokens, None if self.money is None else Fraction(repr(self.money)) / lanes)

    def document(self) -> dict[str, Any]:
        """As JSON; money only where it is limited."""
        return {name: value for name, value in asdict(self).items() if name != "money" or value is not None}


@dataclass(frozen=True)
class Settings:
    """Of one campaign."""

    arms: tuple[str, ...]
    """The pilot's own proposer first."""
    replicates: int
    gate: Gate
    fidelity: Fraction
    detect: float
    ablate: bool
    seed: int
    baseline_seeds: tuple[int, ...]
    confidence: float
    seals: bool
    limits: Limits

    @property
    def lanes(self) -> tuple[str, ...]:
        """Every arm in every replicate, replicates in turn: `tpe/1`."""
        return tuple(f"{arm}/{number}" for number in range(1, self.replicates + 1) for arm in self.arms)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {**asdict(self), "fidelity": str(self.fidelity), "limits": self.limits.document()}

    def __repr__(self) -> str:
        arms = ", ".join(self.arms)
        return in_a_line("Settings", f"{arms} in {count(self.replicates, 'replicate')}, alpha = {self.gate.alpha:g}")


def settings_of(spec: Spec, plan: Plan) -> Settings:
    """The settings of a spec with a pilot."""
    pilot, card = spec.only("pilot"), spec.only("scorecard")
    assert pilot is not None
    assert card is not None
    budget = plan.budget
    return Settings(
        arms=tuple(arm_name(call) for call in arms(spec)),
        replicates=pilot.integer("replicates"),
        gate=Gate(alpha=float(pilot.number("alpha")), confirm_seeds=pilot.integer("confirm_seeds")),
        fidelity=pilot.number("screen"),
        detect=float(pilot.number("detect")),
        ablate=pilot.flag("ablate"),
        seed=pilot.integer("seed"),
        baseline_seeds=tuple(baseline_seeds(spec)),
        confidence=float(card.number("confidence")),
        seals=has_sealed(spec),
        limits=Limits(
            int(budget["trials"]) if "trials" in budget else None,
            budget.get("device_time"),
            int(budget["tokens"]) if "tokens" in budget else None,
            budget.get("money"),
        ),
    )


def read_settings(document: dict[str, Any]) -> Settings:
    """Settings from JSON."""
    return Settings(
        **{
            **document,
            "arms": tuple(document["arms"]),
            "baseline_seeds": tuple(document["baseline_seeds"]),
            "fidelity": Fraction(document["fidelity"]),
            "gate": Gate(**document["gate"]),
            "limits": Limits(**document["limits"]),
        }
    )


def seed_of(*words: str | int) -> int:
    """A seed from names and numbers, below 2³¹: what one lane draws never depends on another."""
    return seed_from("campaign", *words, bits=31)
