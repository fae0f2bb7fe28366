"""Judgement: measured values with their bounds, what a scorecard says of them, and the record of that."""
