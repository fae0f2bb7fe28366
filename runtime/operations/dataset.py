"""The dataset job: labelled frames in splits, made or read, with a summary of what they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlipilot.runtime.datasets import source
from mlipilot.runtime.datasets.card import as_markdown, read_card
from mlipilot.runtime.datasets.frames import write_frames
from mlipilot.runtime.datasets.labels import is_isolated_atom
from mlipilot.runtime.datasets.summary import summarize
from mlipilot.runtime.foundation.digests import file_digest
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.operations.operation import Operation
from mlipilot.spec.numerals import count
from mlipilot.spec.schema import SPLITS

if TYPE_CHECKING:
    from mlipilot.runtime.report.section import Page, Result, Section


class _Dataset(Operation):
    def run(self, job: JobContext) -> None:
        """Write the frames of every split, and what they are."""
        run(job)

    def section(self, results: Sequence[Result], page: Page) -> Section | None:
        """The card of each data set."""
        from mlipilot.runtime.report.data_cards import read_cards
        from mlipilot.runtime.report.section import Section

        cards = read_cards(results)
        return Section("data", "Data", "data.html", {"data_cards": cards}) if cards else None


def run(job: JobContext) -> None:
    """Write a file of each split, summary.json, card.md, and unstrained.xyz where there is such a cell.

    `params["op"]` is the tag of the source. The bytes written depend on the parameters and the files alone.
    """
    splits, unstrained, provenance = source(job.params["op"]).make(job)
    if unstrained is not None:
        write_frames(job.out / "unstrained.xyz", [unstrained])
    for name in SPLITS:
        write_frames(job.out / f"{name}.xyz", splits[name])
    job.progress(phase="summary")
    summary = summarize(splits, provenance)
    summary["sha256"] = {name: file_digest(job.out / f"{name}.xyz") for name in SPLITS if splits[name]}
    text = json.dumps(summary, indent=2, allow_nan=False)
    (job.out / "summary.json").write_text(text + "\n", encoding="utf-8")
    (job.out / "card.md").write_text(as_markdown(read_card(summary)), encoding="utf-8")
    whole = {name: sum(not is_isolated_atom(frame) for frame in splits[name]) for name in SPLITS if name != "sealed"}
    isolated = len(splits["train"]) - whole["train"]
    told = ", ".join(f"{number} {name}" for name, number in whole.items()) + " frames"
    job.progress(result=told + (f", {count(isolated, 'isolated atom')}" if isolated else ""))


OPERATION = _Dataset()
