"""Whether an engine takes the jobs of a plan, asked before the first of them."""

from __future__ import annotations

from collections.abc import Iterable

from mlipilot.compiler.plan import Compiled, Job
from mlipilot.runtime.engine.engines import faults_of
from mlipilot.runtime.execution.reservation import Reservations
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec


def asked(compiled: Compiled, spec: Spec | None = None, jobs: Iterable[Job] | None = None) -> list[Diagnostic]:
    """What speaks against running some jobs of a plan, all by default; placed where `spec` is given."""
    reservations = Reservations(compiled)
    requests = [reservations.request(job) for job in (compiled.plan.jobs if jobs is None else jobs)]
    return [fault.diagnostic(spec) for fault in faults_of(compiled.plan.engine, requests)]


def was_answered(found: Iterable[Diagnostic]) -> bool:
    """Whether the engine said of all jobs whether it takes them."""
    return all(diagnostic.code != "MLP0836" for diagnostic in found)
