"""The domains of a search, as data: what may be drawn, for which fields, and how it is written."""

from __future__ import annotations

from typing import NamedTuple


class DomainSchema(NamedTuple):
    """A kind of domain."""

    name: str
    shape: str
    """How it is written."""
    fields: str
    """What kind of field it is for."""
    doc: str
    has_step: bool = False
    ranged: bool = False
    """Whether its ends are a range alone: whole numbers with a comma between would look like a choice of two."""


DOMAINS: dict[str, DomainSchema] = {
    domain.name: domain
    for domain in (
        DomainSchema("choice", "choice(8, 16, 32)", "any field", "one of the values listed, each as likely"),
        DomainSchema(
            "int", "int(1 .. 4)", "whole numbers", "a whole number, both ends included", has_step=True, ranged=True
        ),
        DomainSchema(
            "uniform",
            "uniform(4.5 Å, 6.0 Å, step = 0.5 Å)",
            "real numbers",
            "evenly distributed, both ends included; with `step` on a grid from the lower end",
            has_step=True,
        ),
        DomainSchema(
            "log_uniform", "log_uniform(1e-3, 3e-2)", "real numbers above 0", "its logarithm is evenly distributed"
        ),
    )
}
"""Bounds are two arguments (of whole numbers not) or one range, `low .. high`, and share the field's dimension."""
