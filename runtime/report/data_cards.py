"""The cards of a run's data sets, by the name of the block."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from mlipilot.runtime.datasets.card import Card, read_card
from mlipilot.runtime.report.gallery import Wall, read_gallery
from mlipilot.runtime.report.quantity import Unknown, attempt
from mlipilot.runtime.report.section import Result


class NamedCard(NamedTuple):
    """A data set's card; unknown where its summary cannot be read."""

    name: str
    card: Card | Unknown
    gallery: tuple[Wall, ...] = ()
    """Pictures of its molecules."""

    @property
    def known(self) -> Card | None:
        """The card where there is one."""
        return None if isinstance(self.card, Unknown) else self.card


def read_cards(results: Sequence[Result]) -> list[NamedCard]:
    """The cards of finished dataset jobs."""

    def card_of(result: Result) -> Card:
        return read_card(json.loads((result.folder / "summary.json").read_text(encoding="utf-8")))

    return [
        NamedCard(result.block, attempt(lambda found=result: card_of(found)), read_gallery(result.folder))  # type: ignore[misc]
        for result in results
    ]


__all__ = ["NamedCard", "read_cards"]
