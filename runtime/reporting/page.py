"""The page: sections read from the record, put into one HTML file that needs nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from mlipilot.compiler.operations import Role, role_of
from mlipilot.runtime.operations import MODULES, operation
from mlipilot.runtime.report.data import ReportInput
from mlipilot.runtime.report.quantity import Known, format_percent, quantity
from mlipilot.runtime.report.scorecard import Scorecard, read_scorecard
from mlipilot.runtime.report.section import TEMPLATES, Headline, Page, Section
from mlipilot.runtime.reporting.record import failures, read_record, unfinished
from mlipilot.spec.numerals import count

CONFIDENCE = 0.95
"""Of the bounds shown where no scorecard says another."""


def write_report(run: ReportInput, path: Path) -> None:
    """Write the report of `run` to `path`, whole or not at all; the same record gives the same bytes.

    What is missing or not finite is shown as not known, with the reason; only an unwritable `path` raises (OSError).
    """
    write_page(render_report(run), path)


def write_page(text: str, path: Path) -> None:
    """Write a page, whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)


def environment() -> Environment:
    """Where the templates are, with what they call."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["count"] = count
    made.filters["literals"] = _literals
    return made


def render_report(run: ReportInput) -> str:
    """The report of `run` as HTML."""
    card = read_scorecard(run.verdict, run.stages)
    seed = _main_seed(run, card)
    level = quantity(run.verdict.confidence.written if run.verdict is not None else None)
    confidence = level.value if isinstance(level, Known) and 0.5 <= level.value < 1 else CONFIDENCE
    folders = {result.block: result.folder for result in run.results if role_of(result.kind) is Role.DATA}
    page = Page(run.stages, seed, card, confidence, folders)
    planned = {job.kind for job in run.jobs} or set(MODULES)
    made = (operation(kind).section(run.of_kind(kind), page) for kind in MODULES if kind in planned)
    sections = [section for section in made if section is not None]
    styles = dict.fromkeys(["page.css", *(section.style for section in sections if section.style)])
    style = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in styles)
    variables = {name: value for section in sections for name, value in section.variables.items()}
    return (
        environment()
        .get_template("page.html")
        .render(
            run=run,
            style=Markup(style),
            headline=_headline(run, card, sections),
            failures=failures(run),
            unfinished=unfinished(run),
            card=card,
            seed=seed,
            confidence=format_percent(confidence),
            sections=sections,
            record=read_record(run, seed),
            **variables,
        )
    )


def _main_seed(run: ReportInput, card: Scorecard | None) -> int | None:
    """The seed whose figures are drawn: the selected one, else the first there is."""
    if card is not None and card.selected.lstrip("-").isdigit():
        return int(card.selected)
    return next((result.seed for result in run.results if result.seed is not None), None)


def _literals(text: str) -> Markup:
    """A message with what stands in backticks set as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _headline(run: ReportInput, card: Scorecard | None, sections: Sequence[Section]) -> Headline:
    failed, open_jobs = failures(run), unfinished(run)
    if failed:
        others = f", {len(open_jobs)} more {'has' if len(open_jobs) == 1 else 'have'} no result" if open_jobs else ""
        return Headline("failed", "fail", f"{len(failed)} of {count(len(run.jobs), 'job')} failed{others}.")
    if card is not None:
        tones = {"accepted": "pass", "rejected": "fail", "undecided": "undecided"}
        return Headline(card.verdict, tones[card.verdict], card.sentence)
    if open_jobs:
        done = len(run.jobs) - len(open_jobs)
        return Headline("not finished", "undecided", f"{done} of {count(len(run.jobs), 'job')} have a result so far.")
    found = next((section.headline for section in sections if section.headline is not None), None)
    if found is not None:
        return found
    return Headline("not judged", "neutral", "The experiment has no scorecard, so its results are shown as they are.")
