"""Verbs on runs: execute, look on, stop, report; and on the machine that they need."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from mlipilot.cli.verbs.arguments import add_engine, add_run, add_spec, add_verb, count


def add_execute(verbs: Any) -> None:
    """`execute`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.running import execute

        return execute(options.spec, gate=options.gate, as_json=options.json, engine=options.engine)

    verb = add_verb(
        verbs,
        "execute",
        "run what a spec or plan still lacks, judge it, and write the report",
        "mlipilot execute copper.mlp",
        run,
    )
    add_spec(verb, "spec or plan")
    add_engine(verb, "run the jobs there")
    _add_outcome(verb)


def _add_outcome(verb: Any) -> None:
    """What is said of how an execution ended."""
    verb.add_argument("--gate", action="store_true", help="exit with 3 unless the model is accepted")
    verb.add_argument("--json", action="store_true", help="print the outcome as JSON")


def add_resume(verbs: Any) -> None:
    """`resume`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.running import resume

        return resume(options.which, gate=options.gate, as_json=options.json)

    verb = add_verb(
        verbs,
        "resume",
        "execute a run again from where it is, with the plan that it has, from any shell",
        "mlipilot resume",
        run,
    )
    add_run(verb)
    _add_outcome(verb)


def add_status(verbs: Any) -> None:
    """`status`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.inspection import status

        return status(options.which, as_json=options.json, watch=options.watch)

    verb = add_verb(
        verbs,
        "status",
        "show where the jobs of a run, or the trials of a campaign, stand",
        "mlipilot status copper.mlp",
        run,
    )
    add_run(verb)
    verb.add_argument("--watch", action="store_true", help="show it again every few seconds, until the run ends")
    verb.add_argument("--json", action="store_true", help="print JSON")


def add_logs(verbs: Any) -> None:
    """`logs`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.printouts import logs

        return logs(options.job, options.run_name, options.attempt, follow=options.follow)

    verb = add_verb(verbs, "logs", "print what a job printed", "mlipilot logs train/fit/seed-1 -f", run)
    verb.add_argument(
        "job",
        nargs="?",
        metavar="JOB",
        help="a job's id, or a part of it that no other job has; without it, which jobs have a log",
    )
    verb.add_argument("--run", dest="run_name", metavar="SPEC|RUN", help="another run than this folder's last")
    verb.add_argument("--attempt", type=int, metavar="N", help="another attempt than the last")
    verb.add_argument("-f", "--follow", action="store_true", help="go on until the job ends")


def add_cancel(verbs: Any) -> None:
    """`cancel`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.inspection import cancel

        return cancel(options.which)

    verb = add_verb(verbs, "cancel", "stop a run; finished results are kept", "mlipilot cancel copper.mlp", run)
    add_run(verb)


def add_pause(verbs: Any) -> None:
    """`pause`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.steering import pause

        return pause(options.which, on=not options.off)

    verb = add_verb(verbs, "pause", "have a run start nothing new; what runs goes on", "mlipilot pause copper.mlp", run)
    add_run(verb)
    verb.add_argument("--off", action="store_true", help="go on")


def add_report(verbs: Any) -> None:
    """`report`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.inspection import report

        return report(options.which, options.output)

    verb = add_verb(verbs, "report", "write a run's report again", "mlipilot report copper.mlp -o copper.html", run)
    add_run(verb)
    verb.add_argument("-o", "--output", type=Path, metavar="HTML", help="where it goes (default: the run's folder)")


def add_doctor(verbs: Any) -> None:
    """`doctor`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.clusters import doctor_of_engine
        from mlipilot.cli.health import doctor, doctor_of_model

        if options.model is not None:
            return doctor_of_model(options.model, options.calls, as_json=options.json)
        if options.engine is not None:
            return doctor_of_engine(options.engine, options.spec)
        return doctor(as_json=options.json)

    verb = add_verb(
        verbs,
        "doctor",
        "say what this machine has and lacks, what an engine takes, or how well a language model calls its tool",
        "mlipilot doctor --model gpt-5.5",
        run,
    )
    add_spec(verb)
    add_engine(verb, "ask this engine what it has, and whether it takes the jobs of the spec")
    verb.add_argument(
        "--model", metavar="NAME", help="ask this model for a few proposals that are not run; tokens are spent"
    )
    verb.add_argument("--calls", type=count, default=20, metavar="N", help="how many (default: 20)")
    verb.add_argument("--json", action="store_true", help="print JSON")
