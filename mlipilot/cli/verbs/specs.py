"""Verbs on a spec, which run nothing."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from mlipilot.cli.verbs.arguments import Once, add_engine, add_fixes, add_format, add_spec, add_verb


def add_check(verbs: Any) -> None:
    """`check`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.proof import check

        return check(
            options.spec,
            options.output_format,
            fix=options.fix,
            unsafe=options.unsafe_fixes,
            engine=options.engine,
        )

    verb = add_verb(verbs, "check", "prove a spec consistent", "mlipilot check copper.mlp", run)
    add_spec(verb)
    add_engine(verb, "ask this engine, too, whether it takes the jobs")
    add_fixes(verb)
    add_format(verb)


def add_fmt(verbs: Any) -> None:
    """`fmt`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.formatting import format_specs

        return format_specs(options.specs, check=options.check, diff=options.diff)

    verb = add_verb(verbs, "fmt", "write specs in the house style, comments kept", "mlipilot fmt copper.mlp", run)
    verb.add_argument(
        "specs",
        nargs="*",
        type=Path,
        metavar="SPEC",
        help="the specs, or `-` for standard input; without one, the one `.mlp` file of this folder",
    )
    verb.add_argument("--check", action="store_true", help="change nothing; exit with 1 where something would change")
    verb.add_argument("--diff", action="store_true", help="change nothing; print what would, and exit likewise")


def add_compile(verbs: Any) -> None:
    """`compile`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.proof import compile_

        return compile_(options.spec, options.output, options.output_format, probe=options.probe, engine=options.engine)

    verb = add_verb(verbs, "compile", "lower a spec to a plan of jobs", "mlipilot compile copper.mlp -o plan.json", run)
    add_spec(verb)
    verb.add_argument("-o", "--output", type=Path, metavar="PLAN", help="where the plan goes (default: SPEC.plan.json)")
    verb.add_argument(
        "--probe",
        action="store_true",
        help="try each training with a dry run, a minute at most, and estimate by what it takes in time and memory",
    )
    add_engine(verb, "for this engine")
    add_format(verb)


def add_plan(verbs: Any) -> None:
    """`plan`."""

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

    look = add_verb(looks, "show", "show the jobs of a plan", "mlipilot plan show copper.mlp", run)
    add_spec(look, "spec or plan")
    look.add_argument("--json", action="store_true", help="print JSON")


def _plan_diff(looks: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.planning import show_difference

        return show_difference(options.old, options.new, as_json=options.json, exit_code=options.exit_code)

    example = "mlipilot plan diff copper.plan.json copper.mlp"
    look = add_verb(looks, "diff", "show which jobs a change runs again, and because of which line", example, run)
    look.add_argument("old", type=Path, metavar="OLD", help="the spec or plan that was")
    look.add_argument("new", type=Path, metavar="NEW", help="the spec or plan that is")
    look.add_argument("--exit-code", action="store_true", help="exit with 1 where something would run")
    look.add_argument("--json", action="store_true", help="print JSON")


def _plan_graph(looks: Any) -> None:
    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.planning import show_graph

        return show_graph(options.spec, "json" if options.json else options.format)

    look = add_verb(looks, "graph", "print which jobs need which", "mlipilot plan graph copper.mlp --format dot", run)
    add_spec(look, "spec or plan")
    look.add_argument(
        "--format", choices=("mermaid", "dot", "json"), default="mermaid", help="how (default: `mermaid`)"
    )
    look.add_argument("--json", action="store_true", help="the same as `--format json`")


def add_canonical(verbs: Any) -> None:
    """`canonical`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.documents import canonical_form

        return canonical_form(options.spec, only_hash=options.hash)

    verb = add_verb(
        verbs,
        "canonical",
        "print what a spec means, as the bytes that are hashed",
        "mlipilot canonical copper.mlp",
        run,
    )
    add_spec(verb)
    verb.add_argument("--hash", action="store_true", help="print their SHA-256 instead: the spec's hash in a plan")


def add_schema(verbs: Any) -> None:
    """`schema`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.documents import schema

        return schema(options.format)

    verb = add_verb(verbs, "schema", "print what a spec can say", "mlipilot schema --format json", run)
    verb.add_argument(
        "--format",
        choices=("json", "markdown"),
        default="json",
        help="JSON Schema (default), or the tables of the language reference",
    )


def add_explain(verbs: Any) -> None:
    """`explain`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.explaining import explain

        return explain(options.codes, as_json=options.json)

    verb = add_verb(
        verbs, "explain", "say what a diagnostic means and how it is mended", "mlipilot explain MLP0203", run
    )
    verb.add_argument(
        "codes", nargs="*", metavar="CODE", help="a code or its name (`203`, `wrong-dimension`); without it, the list"
    )
    verb.add_argument("--json", action="store_true", help="print JSON")


def add_edit(verbs: Any) -> None:
    """`edit`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.editing import edit

        return edit(options.spec, options.set, options.edits, options.because, dry_run=options.dry_run)

    verb = add_verb(
        verbs,
        "edit",
        "change what a spec's search declares, and nothing else",
        "mlipilot edit copper.mlp --set potential.channels=16 --because 'more capacity'",
        run,
    )
    add_spec(verb)
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


def add_lint(verbs: Any) -> None:
    """`lint`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.linting import lint
        from mlipilot.compiler.lint import DataFiles

        data = DataFiles(options.data, options.valid, options.test)
        return lint(options.file, data, options.output_format, fix=options.fix, unsafe=options.unsafe_fixes)

    verb = add_verb(
        verbs,
        "lint",
        "check the options of a `mace_run_train` that you run yourself, and the data they name",
        "mlipilot lint mace.yaml --data train.xyz",
        run,
    )
    verb.add_argument("file", type=Path, metavar="FILE", help="a YAML file of MACE's options, or a shell script")
    verb.add_argument(
        "--data", type=Path, metavar="XYZ", action=Once, help="the training file, instead of the one FILE names"
    )
    verb.add_argument("--valid", type=Path, metavar="XYZ", action=Once, help="the validation file")
    verb.add_argument("--test", type=Path, metavar="XYZ", action=Once, help="the test file")
    add_fixes(verb)
    add_format(verb)
