"""`doctor`: what this machine has and lacks, and whether a language model calls its tool as asked."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from mlipilot.cli.proof import show
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.numerals import count

if TYPE_CHECKING:
    from mlipilot.runtime.equipment import Equipment
    from mlipilot.runtime.pilot.language import Endpoint


def doctor(*, as_json: bool) -> int:
    """Print what is here, and how to install what is missing; 1 where something is."""
    from mlipilot import __version__
    from mlipilot.runtime.equipment import EXTRAS, OPTIONAL, equipment
    from mlipilot.runtime.pilot.language import Endpoint

    found = equipment()
    endpoint = Endpoint("")
    if as_json:
        packages = [{**package._asdict(), "missing": package.is_missing} for package in found.packages]
        document = {"mlipilot": __version__, **found._asdict(), "packages": packages}
        models = {"host": endpoint.host, "lacks": endpoint.lacks}
        print(json.dumps({**document, "language_models": models, "install": found.install}, indent=2))
        return 1 if found.missing else 0
    print(f"mlipilot {__version__}, Python {found.python}, {found.system}")
    memory = "unknown" if found.memory is None else f"{found.memory / 2**30:.1f} GiB"
    print(f"processor {found.processor}, {count(found.cores, 'core')}, memory {memory}")
    print(f"card      {_card(found.gpu, found.cuda)}")
    for extra, purpose in EXTRAS.items():
        is_left_out = extra in OPTIONAL and found.lacks(extra)
        print(f"\nfor {purpose}{f', `{found.command(extra)}`' if is_left_out else ''}:")
        for package in found.packages:
            if package.extra == extra:
                state = package.version or "missing"
                print(f"  {package.name:<16} {state:<12}{f' (needs {package.wanted})' if package.is_missing else ''}")
    print(f"\nlanguage models are asked at {endpoint.host}: {endpoint.lacks or 'try one with `doctor --model NAME`'}")
    print(_conclusion(found, endpoint))
    return 1 if found.missing else 0


def _conclusion(found: Equipment, endpoint: Endpoint) -> str:
    """What follows from the lines above: the first thing to be done, or that there is none."""
    if found.missing:
        return f"install what is missing: {found.install}"
    if not found.packages:
        return "which packages are needed is not known: mlipilot is not installed as a package"
    if endpoint.lacks:
        return f"no package is missing; for a language model {endpoint.remedy}"
    return "nothing is missing"


def _card(gpu: str, cuda: bool | None) -> str:
    if gpu == "none":
        return "none, jobs run on the processor"
    return f"{gpu}, {'torch can use it' if cuda else 'which torch cannot use'}"


def doctor_of_model(name: str, calls: int, *, as_json: bool) -> int:
    """Ask a model for a few proposals of which none is run; 1 where most of its answers are none."""
    from mlipilot.runtime.pilot.language import Endpoint
    from mlipilot.runtime.pilot.language.conformance import conformance

    endpoint = Endpoint(name)
    if endpoint.lacks:
        show([Diagnostic("MLP0920", endpoint.lacks, help=endpoint.remedy)])
        return 1
    is_watched = sys.stderr.isatty() and not as_json

    def done(number: int) -> None:
        if is_watched:
            print(f"\r{number} of {calls}", end="\n" if number == calls else "", file=sys.stderr, flush=True)

    found = conformance(endpoint, calls, done=done)
    counts = found.reliability
    if as_json:
        print(
            json.dumps(
                {
                    "model": name,
                    "host": endpoint.host,
                    "dialect": endpoint.speaks,
                    "calls": calls,
                    "proposed": found.proposed,
                    "usable": found.is_usable,
                    **counts._asdict(),
                    "latency": {"median": found.latency(0.5), "p95": found.latency(0.95)},
                    "tokens": found.tokens,
                    "unreachable": found.unreachable,
                },
                indent=2,
            )
        )
    else:
        made = f"{found.proposed} of {count(calls, 'proposal')}"
        print(f"{name} at {endpoint.host} ({endpoint.speaks}): it made {made} itself")
        print(f"rungs     {_counts(counts.rungs)}")
        print(f"faults    {_counts(counts.faults)}")
        if found.latencies:
            print(f"latency   median {found.latency(0.5):.2f} s, 95 % within {found.latency(0.95):.2f} s")
        print(f"tokens    {found.tokens:,} in {count(counts.attempts, 'request')}, {counts.unanswered} unanswered")
    if found.unreachable:
        where = f"is `OPENAI_BASE_URL` right, `OPENAI_API_KEY` a key of that server, and `{name}` served there?"
        show([Diagnostic("MLP0920", f"`{name}` cannot be asked at {endpoint.host}: {found.unreachable}", help=where)])
    elif not found.is_usable:
        headline = f"`{name}` made {found.proposed} of {count(calls, 'proposal')} itself"
        show([Diagnostic("MLP0921", headline, help="an arm of it would be mostly its fallback: choose another model")])
    return 0 if found.is_usable else 1


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"
