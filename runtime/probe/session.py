"""A plan's probe: what is kept is used, what is not is measured, and each failure is a diagnostic at its training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mlipilot.compiler.compile import Probed
from mlipilot.compiler.experience import Experience
from mlipilot.compiler.measured import Measurement
from mlipilot.compiler.operations import Role, with_role
from mlipilot.compiler.plan import Compiled, runs_here
from mlipilot.compiler.probe_answer import read_measurement
from mlipilot.runtime.foundation.nodes import hardware_of
from mlipilot.runtime.labels.whole import share_left
from mlipilot.runtime.probe import cache
from mlipilot.runtime.probe.failure import Failure
from mlipilot.runtime.probe.request import Request, requests
from mlipilot.runtime.record.experience import machine_of, recalled
from mlipilot.runtime.record.workspace import workspace_of
from mlipilot.spec.diagnostics import Annotation, Diagnostic
from mlipilot.spec.document import Spec

Launch = Callable[[Request], dict[str, Any] | Failure]


def kept(spec: Spec, compiled: Compiled) -> Probed:
    """What earlier probes and runs on this machine found; of probes nothing unless they cover every training."""
    known = _known(compiled)
    if not runs_here(compiled.plan):
        return known
    found: dict[str, Measurement] = {}
    for request in requests(compiled):
        measurement = cache.load(compiled.spec, request)
        if measurement is None:
            return known
        found |= dict.fromkeys(request.trainings, measurement)
    return known._replace(measured=found or None)


def _known(compiled: Compiled) -> Probed:
    """What earlier runs tell, before any probe."""
    return Probed(None, [], _learned(compiled), _left(compiled))


def _learned(compiled: Compiled) -> Experience | None:
    return recalled(compiled.spec, machine_of(compiled.plan, hardware_of(compiled.plan.engine)))


def _left(compiled: Compiled) -> dict[str, float]:
    """By the id of each job that labels, the share of its molecules that is not labelled."""
    shelf = workspace_of(compiled.spec).shelf
    shares = {job.id: share_left(shelf, job.params) for job in with_role(compiled.plan.jobs, Role.LABELS)}
    return {job: share for job, share in shares.items() if share < 1.0}


def _not_here(spec: Spec) -> Diagnostic:
    engine = spec.only("engine")
    return Diagnostic(
        "MLP0826",
        "nothing was tried: the jobs of the plan run on other machines than this one",
        engine.source if engine is not None else None,
        Annotation(engine.span, "there") if engine is not None else None,
        help="the estimate is learned from the runs of the engine; give jobs their `time` and `memory` until then",
    )


def _launch(request: Request) -> dict[str, Any] | Failure:
    from mlipilot.runtime.probe.launch import launch  # each compilation asks what is kept, and few launch

    return launch(request)


def probe(spec: Spec, compiled: Compiled, launch: Launch = _launch) -> Probed:
    """What earlier probes found, and of all other trainings what `launch` measures now.

    A training whose probe fails gives a diagnostic, and the plan no measurement. Of jobs that run on other machines
    this one tells nothing.
    """
    if not runs_here(compiled.plan):
        return _known(compiled)._replace(diagnostics=[_not_here(spec)])
    found: dict[str, Measurement] = {}
    diagnostics: list[Diagnostic] = []
    for request in requests(compiled):
        measurement = cache.load(compiled.spec, request)
        if measurement is None or not measurement.complete:
            answer = launch(request)
            if not isinstance(answer, Failure):
                measurement = read_measurement(answer)
                if measurement is None:
                    answer = Failure("MLP0821", "the dry run gave figures that mean nothing", "")
                else:
                    cache.keep(compiled.spec, request, answer)
            if isinstance(answer, Failure):
                diagnostics.append(_diagnostic(spec, request, answer))
                continue
        assert measurement is not None
        found |= dict.fromkeys(request.trainings, measurement)
    measured = found if found and not diagnostics else None
    return _known(compiled)._replace(measured=measured, diagnostics=diagnostics)


def _diagnostic(spec: Spec, request: Request, failure: Failure) -> Diagnostic:
    """A failure at the training block that was tried."""
    block = spec.block(request.block)
    assert block is not None
    place = Annotation(block.span, "tried with a dry run")
    return Diagnostic(failure.code, failure.message, block.source, place, help=failure.help)
