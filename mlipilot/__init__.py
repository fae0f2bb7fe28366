"""mlipilot: a declarative experiment compiler for machine-learned interatomic potentials.

>>> import mlipilot
>>> experiment = mlipilot.load("examples/copper/copper.mlp")
>>> experiment.check()
[]

`docs/python.md` has the whole interface, and which function does what a verb of the command line does.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the same as in `_OFFERED`
    from mlipilot.compiler.lint import Linted
    from mlipilot.compiler.plan import Compiled, Job, Plan
    from mlipilot.compiler.review.causes import Cause
    from mlipilot.compiler.review.difference import Change as JobChange
    from mlipilot.compiler.review.difference import Fate
    from mlipilot.compiler.review.promises import BenchmarkPower
    from mlipilot.interface.errors import InvalidSpec, MlipilotError, MlipilotWarning
    from mlipilot.interface.experiment import Experiment, load
    from mlipilot.interface.references import doctor, explain, lint, render, schema, try_model
    from mlipilot.interface.runs import (
        cancel,
        logged_jobs,
        logs,
        pause,
        propose,
        rejudge,
        replay,
        report,
        resume,
        status,
        verify,
        veto,
    )
    from mlipilot.runtime.comparison import PlanDifference
    from mlipilot.runtime.encodings.benchmark.outcome import BenchmarkOutcome
    from mlipilot.runtime.equipment import Equipment, Package
    from mlipilot.runtime.execution.outcome import JobState, Outcome, State
    from mlipilot.runtime.execution.standing import Standing
    from mlipilot.runtime.execution.verification import VerifiedRun
    from mlipilot.runtime.judgement.verdict import JudgedConstraint, SeedVerdict, Verdict
    from mlipilot.runtime.pilot.audit.rejudging import Rejudged
    from mlipilot.runtime.pilot.audit.replaying import Replayed
    from mlipilot.runtime.pilot.audit.target import Rejudgement
    from mlipilot.runtime.pilot.audit.verified import Verified
    from mlipilot.runtime.pilot.campaign.execution import Ended
    from mlipilot.runtime.pilot.campaign.powers import CampaignPower
    from mlipilot.runtime.pilot.campaign.steering import Suggested
    from mlipilot.runtime.pilot.language.conformance import Conformance
    from mlipilot.runtime.pilot.outcome.folder import CampaignFolder
    from mlipilot.runtime.record import Run
    from mlipilot.runtime.rewriting import Rewrite
    from mlipilot.spec.diagnostics import CATALOGUE, Applicability, Diagnostic, Fix, Severity
    from mlipilot.spec.diagnostics.pages import Page
    from mlipilot.spec.edit import Change

__version__ = "0.1.0"
__all__ = [
    "CATALOGUE",
    "Applicability",
    "BenchmarkOutcome",
    "BenchmarkPower",
    "CampaignFolder",
    "CampaignPower",
    "Cause",
    "Change",
    "Compiled",
    "Conformance",
    "Diagnostic",
    "Ended",
    "Equipment",
    "Experiment",
    "Fate",
    "Fix",
    "InvalidSpec",
    "Job",
    "JobChange",
    "JobState",
    "JudgedConstraint",
    "Linted",
    "MlipilotError",
    "MlipilotWarning",
    "Outcome",
    "Package",
    "Page",
    "Plan",
    "PlanDifference",
    "Rejudged",
    "Rejudgement",
    "Replayed",
    "Rewrite",
    "Run",
    "SeedVerdict",
    "Severity",
    "Standing",
    "State",
    "Suggested",
    "Verdict",
    "Verified",
    "VerifiedRun",
    "__version__",
    "cancel",
    "doctor",
    "explain",
    "lint",
    "load",
    "logged_jobs",
    "logs",
    "pause",
    "propose",
    "rejudge",
    "render",
    "replay",
    "report",
    "resume",
    "schema",
    "status",
    "try_model",
    "verify",
    "veto",
]

_OFFERED = {
    "mlipilot.compiler.lint": "Linted",
    "mlipilot.compiler.plan": "Compiled Job Plan",
    "mlipilot.compiler.review.causes": "Cause",
    "mlipilot.compiler.review.difference": "Change=JobChange Fate",
    "mlipilot.compiler.review.promises": "BenchmarkPower",
    "mlipilot.interface.errors": "InvalidSpec MlipilotError MlipilotWarning",
    "mlipilot.interface.experiment": "Experiment load",
    "mlipilot.interface.references": "doctor explain lint render schema try_model",
    "mlipilot.interface.runs": "cancel logged_jobs logs pause propose rejudge replay report resume status verify veto",
    "mlipilot.runtime.comparison": "PlanDifference",
    "mlipilot.runtime.equipment": "Equipment Package",
    "mlipilot.runtime.encodings.benchmark.outcome": "BenchmarkOutcome",
    "mlipilot.runtime.execution.outcome": "JobState Outcome State",
    "mlipilot.runtime.execution.standing": "Standing",
    "mlipilot.runtime.execution.verification": "VerifiedRun",
    "mlipilot.runtime.judgement.verdict": "JudgedConstraint SeedVerdict Verdict",
    "mlipilot.runtime.pilot.audit.rejudging": "Rejudged",
    "mlipilot.runtime.pilot.audit.replaying": "Replayed",
    "mlipilot.runtime.pilot.audit.target": "Rejudgement",
    "mlipilot.runtime.pilot.audit.verified": "Verified",
    "mlipilot.runtime.pilot.campaign.execution": "Ended",
    "mlipilot.runtime.pilot.campaign.powers": "CampaignPower",
    "mlipilot.runtime.pilot.campaign.steering": "Suggested",
    "mlipilot.runtime.pilot.language.conformance": "Conformance",
    "mlipilot.runtime.pilot.outcome.folder": "CampaignFolder",
    "mlipilot.runtime.record": "Run",
    "mlipilot.runtime.rewriting": "Rewrite",
    "mlipilot.spec.diagnostics": "Applicability CATALOGUE Diagnostic Fix Severity",
    "mlipilot.spec.diagnostics.pages": "Page",
    "mlipilot.spec.edit": "Change",
}
"""Names by the module that has them, which is imported when one is used; `own=name` where it has another name there."""
_PLACES = {
    name.rpartition("=")[2]: (module, name.partition("=")[0])
    for module, names in _OFFERED.items()
    for name in names.split()
}

_ROOM = Path(__file__).parent / "spec"
if _ROOM.is_file():
    raise ImportError(
        f"{_ROOM} is a text file: git checked the links out as text. "
        "Run `git config core.symlinks true` and `git checkout -- mlipilot`."
    )

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """What is offered under a name."""
        if name not in _PLACES:
            raise AttributeError(
                f"module `mlipilot` has no attribute `{name}`", name=name, obj=import_module("mlipilot")
            )
        module, own = _PLACES[name]
        value = globals()[name] = getattr(import_module(module), own)
        return value

    def __dir__() -> list[str]:
        """What can be completed."""
        return sorted({*globals(), *__all__})
