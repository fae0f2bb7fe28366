"""Verbs and options."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mlipilot import __version__
from mlipilot.compiler.render import FORMATS, default_format

_EXITS = (
    "exit codes: 0 fine, 1 the tool or a job failed, 2 the spec or the arguments are wrong, 3 not accepted (--gate)"
)


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """The parser of all verbs, or of one, which is made much sooner; a verb's own code is imported when it runs."""
    parser = argparse.ArgumentParser(
        prog="mlipilot",
        description="Compile, run and judge experiments on machine-learned interatomic potentials.",
        epilog=f"example: mlipilot execute examples/copper/copper.mlp\n\n{_EXITS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"mlipilot {__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB")
    for name, add in VERBS.items():
        if only in (None, name):
            add(verbs)
    return parser


def _verb(verbs: Any, name: str, summary: str, example: str, run: Callable[[argparse.Namespace], int]) -> Any:
    verb = verbs.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=f"example: {example}",
        allow_abbrev=False,
    )
    verb.set_defaults(run=run)
    return verb


def _spec(verb: Any, noun: str = "spec") -> None:
    verb.add_argument(
        "spec", nargs="?", type=Path, metavar="SPEC", help=f"the {noun}; without it, the one `.mlp` file of this folder"
    )


def _format(verb: Any) -> None:
    verb.add_argument(
        "--output-format",
        choices=FORMATS,
        default=default_format(),
        help="how diagnostics are written (default: `full`; in a GitHub workflow `github`)",
    )


def _run_argument(verb: Any) -> None:
    verb.add_argument(
        "which",
        nargs="?",
        metavar="SPEC|RUN",
        help="a spec, a run's name, or a campaign's folder; without it, this folder's last run",
    )


def _check(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.proof import check

        return check(options.spec, options.output_format)

    verb = _verb(verbs, "check", "prove a spec consistent", "mlipilot check copper.mlp", run)
    _spec(verb)
    _format(verb)


def _fmt(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.formatting import format_specs

        return format_specs(options.specs, check=options.check, diff=options.diff)

    verb = _verb(verbs, "fmt", "write specs in the house style, comments kept", "mlipilot fmt copper.mlp", run)
    verb.add_argument(
        "specs",
        nargs="*",
        type=Path,
        metavar="SPEC",
        help="the specs, or `-` for standard input; without one, the one `.mlp` file of this folder",
    )
    verb.add_argument("--check", action="store_true", help="change nothing; exit with 1 where something would change")
    verb.add_argument("--diff", action="store_true", help="change nothing; print what would, and exit likewise")


def _compile(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.proof import compile_

        return compile_(options.spec, options.output, options.output_format, probe=options.probe)

    verb = _verb(verbs, "compile", "lower a spec to a plan of jobs", "mlipilot compile copper.mlp -o plan.json", run)
    _spec(verb)
    verb.add_argument("-o", "--output", type=Path, metavar="PLAN", help="where the plan goes (default: SPEC.plan.json)")
    verb.add_argument(
        "--probe",
        action="store_true",
        help="try each training with a dry run, a minute at most, and estimate by what it takes in time and memory",
    )
    _format(verb)


def _plan(verbs: Any) -> None:
    verb = verbs.add_parser(
        "plan",
        help="look at plans: show, diff, graph",
        description="Look at plans.",
        epilog="example: mlipilot plan show copper.mlp",
        allow_abbrev=False,
    )
    looks = verb.add_subparsers(title="looks", metavar="LOOK")

    def help_(options: argparse.Namespace) -> int:
        verb.print_help()
        return 2

    verb.set_defaults(run=help_)
    _plan_show(looks)
    _plan_diff(looks)
    _plan_graph(looks)


def _plan_show(looks: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.planning import show_plan

        return show_plan(options.spec, as_json=options.json)

    look = _verb(looks, "show", "show the jobs of a plan", "mlipilot plan show copper.mlp", run)
    _spec(look, "spec or plan")
    look.add_argument("--json", action="store_true", help="print JSON")


def _plan_diff(looks: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.planning import show_difference

        return show_difference(options.old, options.new, as_json=options.json, exit_code=options.exit_code)

    example = "mlipilot plan diff copper.plan.json copper.mlp"
    look = _verb(looks, "diff", "show which jobs a change runs again, and because of which line", example, run)
    look.add_argument("old", type=Path, metavar="OLD", help="the spec or plan that was")
    look.add_argument("new", type=Path, metavar="NEW", help="the spec or plan that is")
    look.add_argument("--exit-code", action="store_true", help="exit with 1 where something would run")
    look.add_argument("--json", action="store_true", help="print JSON")


def _plan_graph(looks: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.planning import show_graph

        return show_graph(options.spec, "json" if options.json else options.format)

    look = _verb(looks, "graph", "print which jobs need which", "mlipilot plan graph copper.mlp --format dot", run)
    _spec(look, "spec or plan")
    look.add_argument(
        "--format", choices=("mermaid", "dot", "json"), default="mermaid", help="how (default: `mermaid`)"
    )
    look.add_argument("--json", action="store_true", help="the same as `--format json`")


def _canonical(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.documents import canonical_form

        return canonical_form(options.spec, only_hash=options.hash)

    verb = _verb(
        verbs,
        "canonical",
        "print what a spec means, as the bytes that are hashed",
        "mlipilot canonical copper.mlp",
        run,
    )
    _spec(verb)
    verb.add_argument("--hash", action="store_true", help="print their SHA-256 instead: the spec's hash in a plan")


def _schema(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.documents import schema

        return schema(options.format)

    verb = _verb(verbs, "schema", "print what a spec can say", "mlipilot schema --format json", run)
    verb.add_argument(
        "--format",
        choices=("json", "markdown"),
        default="json",
        help="JSON Schema (default), or the tables of the language reference",
    )


def _power(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.powering import power

        return power(options.spec, as_json=options.json)

    verb = _verb(
        verbs, "power", "say what gains a campaign can find within its budget", "mlipilot power copper.mlp", run
    )
    _spec(verb, "spec or plan")
    verb.add_argument("--json", action="store_true", help="print JSON")


def _execute(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.running import execute

        return execute(options.spec, gate=options.gate, as_json=options.json)

    verb = _verb(
        verbs,
        "execute",
        "run what a spec or plan still lacks, judge it, and write the report",
        "mlipilot execute copper.mlp",
        run,
    )
    _spec(verb, "spec or plan")
    verb.add_argument("--gate", action="store_true", help="exit with 3 unless the model is accepted")
    verb.add_argument("--json", action="store_true", help="print the outcome as JSON")


def _status(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.inspection import status

        return status(options.which, as_json=options.json)

    verb = _verb(
        verbs,
        "status",
        "show where the jobs of a run, or the trials of a campaign, stand",
        "mlipilot status copper.mlp",
        run,
    )
    _run_argument(verb)
    verb.add_argument("--json", action="store_true", help="print JSON")


def _logs(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.inspection import logs

        return logs(options.job, options.run_name, options.attempt, follow=options.follow)

    verb = _verb(verbs, "logs", "print what a job printed", "mlipilot logs train/fit/seed-1 -f", run)
    verb.add_argument("job", metavar="JOB", help="a job's id, or a part of it that no other job has")
    verb.add_argument("--run", dest="run_name", metavar="SPEC|RUN", help="another run than this folder's last")
    verb.add_argument("--attempt", type=int, metavar="N", help="another attempt than the last")
    verb.add_argument("-f", "--follow", action="store_true", help="go on until the job ends")


def _cancel(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.inspection import cancel

        return cancel(options.which)

    verb = _verb(verbs, "cancel", "stop a run; finished results are kept", "mlipilot cancel copper.mlp", run)
    _run_argument(verb)


def _pause(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.steering import pause

        return pause(options.which, on=not options.off)

    verb = _verb(verbs, "pause", "have a run start nothing new; what runs goes on", "mlipilot pause copper.mlp", run)
    _run_argument(verb)
    verb.add_argument("--off", action="store_true", help="go on")


def _veto(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.steering import veto

        return veto(options.trial, options.which, options.because)

    example = "mlipilot veto tpe/1/7 --because 'too large for our card'"
    verb = _verb(verbs, "veto", "forbid a trial of a campaign that runs", example, run)
    verb.add_argument("trial", metavar="TRIAL", help="arm, replicate and number, as `status` shows them: `tpe/1/7`")
    _run_argument(verb)
    verb.add_argument("--because", required=True, metavar="TEXT", help="the reason, which is recorded")


def _propose(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.steering import propose

        return propose(options.which, options.arm, options.set, options.because)

    example = "mlipilot propose campaign.mlp --set potential.channels=16 --because 'more capacity'"
    verb = _verb(verbs, "propose", "have an arm of a campaign that runs try an edit next", example, run)
    _run_argument(verb)
    verb.add_argument("--arm", metavar="ARM/REPLICATE", help="which arm (default: the pilot's own proposer)")
    verb.add_argument(
        "--set", action="append", required=True, metavar="PATH=VALUE", help="a path of the search, and its value"
    )
    verb.add_argument("--because", required=True, metavar="TEXT", help="the hypothesis, which is recorded")


def _report(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.inspection import report

        return report(options.which, options.output)

    verb = _verb(verbs, "report", "write a run's report again", "mlipilot report copper.mlp -o copper.html", run)
    _run_argument(verb)
    verb.add_argument("-o", "--output", type=Path, metavar="HTML", help="where it goes (default: the run's folder)")


def _explain(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.explaining import explain

        return explain(options.codes, as_json=options.json)

    verb = _verb(verbs, "explain", "say what a diagnostic means and how it is mended", "mlipilot explain MLP0203", run)
    verb.add_argument(
        "codes", nargs="*", metavar="CODE", help="a code or its name (`203`, `wrong-dimension`); without it, the list"
    )
    verb.add_argument("--json", action="store_true", help="print JSON")


def _edit(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.editing import edit

        return edit(options.spec, options.set, options.edits, options.because, dry_run=options.dry_run)

    verb = _verb(
        verbs,
        "edit",
        "change what a spec's search declares, and nothing else",
        "mlipilot edit copper.mlp --set potential.channels=16 --because 'more capacity'",
        run,
    )
    _spec(verb)
    verb.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="a path of the search, and its value as in a spec",
    )
    verb.add_argument(
        "--edits",
        type=Path,
        metavar="FILE",
        help="the same as JSON (`explain MLP0714`), or `-` for stdin",
    )
    verb.add_argument("--because", default="", metavar="TEXT", help="the reason, for `--set`")
    verb.add_argument("--dry-run", action="store_true", help="print the change and leave the file as it is")


def _lint(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.linting import lint
        from mlipilot.compiler.lint import DataFiles

        data = DataFiles(options.data, options.valid, options.test)
        return lint(options.file, data, options.output_format)

    verb = _verb(
        verbs,
        "lint",
        "check the options of a `mace_run_train` that you run yourself, and the data they name",
        "mlipilot lint mace.yaml --data train.xyz",
        run,
    )
    verb.add_argument("file", type=Path, metavar="FILE", help="a YAML file of MACE's options, or a shell script")
    verb.add_argument("--data", type=Path, metavar="XYZ", help="the training file, instead of the one FILE names")
    verb.add_argument("--valid", type=Path, metavar="XYZ", help="the validation file")
    verb.add_argument("--test", type=Path, metavar="XYZ", help="the test file")
    _format(verb)


def _record_argument(verb: Any) -> None:
    verb.add_argument(
        "which",
        nargs="?",
        metavar="SPEC|RUN|FOLDER",
        help="a spec, a run's name, or the folder of a record; without it, this folder's last run",
    )
    verb.add_argument("--json", action="store_true", help="print JSON")


def _verify(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.auditing import verify

        return verify(options.which, options.archive, as_json=options.json)

    verb = _verb(
        verbs,
        "verify",
        "make every figure, decision and sum of a record again from what it was made of",
        "mlipilot verify campaign.mlp",
        run,
    )
    _record_argument(verb)
    verb.add_argument(
        "--archive", type=Path, metavar="FOLDER", help="copy a campaign's record there, to be committed: 5 MB at most"
    )


def _rejudge(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.auditing import rejudge

        return rejudge(options.which, options.threshold, options.alpha, options.confirm_seeds, as_json=options.json)

    example = "mlipilot rejudge campaign.mlp --threshold 'force_rmse(cu.test)=25 meV/Å'"
    summary = "decide a campaign again under other settings, from what its record has measured"
    verb = _verb(verbs, "rejudge", summary, example, run)
    _record_argument(verb)
    verb.add_argument(
        "--alpha", type=_share, metavar="A", help="another chance of a false accept, of the whole campaign"
    )
    verb.add_argument(
        "--threshold",
        action="append",
        default=[],
        metavar="METRIC=VALUE",
        help="another bound of a rule, with its unit as in a spec; may be given several times",
    )
    verb.add_argument("--confirm-seeds", type=_count, metavar="N", help="another number of fresh seeds a look adds")


def _share(text: str) -> float:
    value = float(text)
    if not 0.0 < value < 1.0:
        raise argparse.ArgumentTypeError(f"{text} does not lie between 0 and 1")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return value


def _replay(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.auditing import replay

        return replay(options.which, as_json=options.json)

    summary = "repeat a campaign from its seeds and transcripts, and compare every entry"
    verb = _verb(verbs, "replay", summary, "mlipilot replay campaign.mlp", run)
    _record_argument(verb)


def _doctor(verbs: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.health import doctor, doctor_of_model

        if options.model is not None:
            return doctor_of_model(options.model, options.calls, as_json=options.json)
        return doctor(as_json=options.json)

    verb = _verb(
        verbs,
        "doctor",
        "say what this machine has and lacks, or how well a language model calls its tool",
        "mlipilot doctor --model gpt-5.5",
        run,
    )
    verb.add_argument(
        "--model", metavar="NAME", help="ask this model for a few proposals that are not run; tokens are spent"
    )
    verb.add_argument("--calls", type=_count, default=20, metavar="N", help="how many (default: 20)")
    verb.add_argument("--json", action="store_true", help="print JSON")


VERBS: dict[str, Callable[[Any], None]] = {
    "check": _check,
    "fmt": _fmt,
    "compile": _compile,
    "plan": _plan,
    "canonical": _canonical,
    "schema": _schema,
    "power": _power,
    "execute": _execute,
    "status": _status,
    "logs": _logs,
    "cancel": _cancel,
    "pause": _pause,
    "veto": _veto,
    "propose": _propose,
    "report": _report,
    "explain": _explain,
    "edit": _edit,
    "lint": _lint,
    "verify": _verify,
    "rejudge": _rejudge,
    "replay": _replay,
    "doctor": _doctor,
}
"""What adds each verb, in the order of the help."""
