"""What the first entry of a campaign's record pins: no edit may change it, and an audit holds everything against it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mlipilot import __version__
from mlipilot.compiler.plan import Plan
from mlipilot.runtime.pilot.campaign.rules import Rule, recorded_rules
from mlipilot.runtime.pilot.campaign.settings import Settings
from mlipilot.runtime.record import FORMAT

BASELINE_SPEC = "baseline.mlp"
"""The text that a campaign began with, in its folder."""


def first_entry(plan: Plan, settings: Settings, rules: Sequence[Rule]) -> dict[str, Any]:
    """The content of that entry."""
    return {
        "format": FORMAT,
        "version": __version__,
        "name": plan.name,
        "question": plan.question,
        "plan": plan.hash,
        "spec": plan.spec_hash,
        "scorecard": plan.scorecard_hash,
        "packages": dict(plan.packages),
        "settings": settings.document(),
        "rules": recorded_rules(rules),
    }
