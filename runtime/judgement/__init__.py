"""Judgement: measured values with their bounds, and what a scorecard says of them."""

from mlipilot.runtime.judgement.scorecard import judge_seed, overall

__all__ = ["judge_seed", "overall"]
