"""One plan beside another: which results stay, which jobs run, and because of which line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlipilot.compiler.estimate import in_words
from mlipilot.compiler.plan import Compiled
from mlipilot.compiler.render import PLAIN
from mlipilot.compiler.review.causes import Cause, besides
from mlipilot.compiler.review.difference import Change, Fate, as_document, as_text, difference
from mlipilot.runtime.forecast import finished, keys_here, sentence
from mlipilot.spec.one_line import in_a_line

if TYPE_CHECKING:
    import polars


@dataclass(frozen=True)
class PlanDifference:
    """From an old plan to a new one."""

    old: Compiled
    new: Compiled
    changes: list[Change]
    """The jobs of the new plan in their order, then those that are gone."""
    besides: list[Cause]
    """What differs and changes no result."""
    summary: str
    """How many jobs run, and for how long, in a sentence."""

    @property
    def runs(self) -> list[str]:
        """The jobs that there is work to do for, by their ids in the new plan."""
        return [change.job for change in self.changes if change.fate.runs]

    @property
    def table(self) -> polars.DataFrame:
        """A row for each job: `job`, `fate` (`reused`, `invalidated`, `new`, `gone`), `causes` in words, `stored`."""
        import polars

        return polars.DataFrame(
            [
                (change.job, change.fate.value, "; ".join(cause.words for cause in change.causes), change.stored)
                for change in self.changes
            ],
            schema={"job": polars.String, "fate": polars.String, "causes": polars.String, "stored": polars.Boolean},
            orient="row",
        )

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return as_document(self.new, self.changes, self.besides, self.summary)

    def __str__(self) -> str:
        return f"{self.summary}\n{as_text(self.new, self.changes, self.besides, PLAIN)}"

    def __repr__(self) -> str:
        fates = Counter(change.fate for change in self.changes)
        counts = ", ".join(f"{fates[fate]} {fate.value}" for fate in Fate if fates[fate])
        return in_a_line("PlanDifference", f"{self.old.spec} → {self.new.spec}:", counts or "no job")


def compare(old: Compiled, new: Compiled) -> PlanDifference:
    """What changes from one plan to another, with what the store of the new one has."""
    changes = difference(old, new, keys_here(old), keys_here(new), finished(new))
    reused = {change.job for change in changes if change.fate is Fate.REUSED}
    summary = sentence(new, reused, in_words, f"all {len(reused)} reused, nothing to run")
    return PlanDifference(old, new, changes, besides(old, new), summary)
