"""A part of the report that one kind of job fills, and what it is filled from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from jinja2 import Template

    from mlipilot.runtime.report.scorecard import Scorecard


@dataclass(frozen=True)
class Result:
    """A finished job: what it was asked for, and the folder of what it wrote."""

    kind: str
    seed: int | None
    """Of the model that it trained or measured; None where it is of none, or of several."""
    folder: Path
    target: str = ""
    """What was measured, as the plan's job has it: `cu.test`."""
    params: Mapping[str, Any] = field(default_factory=dict)
    block: str = ""
    """The block of the spec that it comes from."""


TEMPLATES = Path(__file__).parent / "templates"


class Page(NamedTuple):
    """The report that a section stands in."""

    stages: Sequence[str]
    """Names of the stages of all trainings, in order."""
    seed: int | None
    """Whose model the figures are of; None where there is none."""
    card: Scorecard | None
    confidence: float
    """Of the bounds shown."""
    data: Mapping[str, Path] = MappingProxyType({})
    """Where the files of finished data sets are, by block."""


class Headline(NamedTuple):
    """The first thing a reader sees: a word, its colour and one sentence."""

    word: str
    tone: str
    """`pass`, `fail`, `undecided` or `neutral`."""
    sentence: str


class Section(NamedTuple):
    """A section of the page."""

    anchor: str
    title: str
    """Of the link at the page's head."""
    template: str | Template
    """A file of `templates`, or a template."""
    variables: Mapping[str, Any]
    """What the template shows; names of their own, since a page has several sections."""
    style: str = ""
    """A file of `templates` with the looks that it needs besides the page's."""
    headline: Headline | None = None
    """Of a page without a scorecard."""
