"""What verbs are made of: a verb, and the arguments that several take."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mlipilot.compiler.render import FORMATS, default_format


def add_verb(
    verbs: Any, name: str, summary: str, example: str, run: Callable[[argparse.Namespace], int], exits: str = ""
) -> Any:
    """A verb with its help and what runs it; `exits` are its exit codes, where they are its own."""
    verb = verbs.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + "." + (f" Exit codes: {exits}." if exits else ""),
        epilog=f"example: {example}",
        allow_abbrev=False,
    )
    verb.set_defaults(run=run)
    return verb


class Once(argparse.Action):
    """An option that is refused where it is given twice, so that none is dropped."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        """Keep the value, or end."""
        if getattr(namespace, self.dest) is not None:
            parser.error(f"`{option}` is given twice: `{getattr(namespace, self.dest)}` and `{values}`; name one file")
        setattr(namespace, self.dest, values)


def add_spec(verb: Any, noun: str = "spec") -> None:
    """The spec, which may be left out."""
    verb.add_argument(
        "spec", nargs="?", type=Path, metavar="SPEC", help=f"the {noun}; without it, the one `.mlp` file of this folder"
    )


def add_engine(verb: Any, use: str) -> None:
    """Another engine than the first of the spec."""
    verb.add_argument("--engine", metavar="NAME", help=f"{use}: one of the spec's engines, or `local` or `slurm`")


def add_format(verb: Any) -> None:
    """How diagnostics are written."""
    verb.add_argument(
        "--output-format",
        choices=FORMATS,
        default=default_format(),
        help="how diagnostics are written (default: `full`; in a GitHub workflow `github`)",
    )


def add_fixes(verb: Any) -> None:
    """Fixes that are made in the file."""
    verb.add_argument("--fix", action="store_true", help="make the fixes that keep the meaning, and show them")
    verb.add_argument("--unsafe-fixes", action="store_true", help="make those too that are probably meant")


def add_run(verb: Any) -> None:
    """A run, which may be left out."""
    verb.add_argument(
        "which",
        nargs="?",
        metavar="SPEC|RUN",
        help="a spec, a run's name, or a campaign's folder; without it, this folder's last run",
    )


def add_record(verb: Any) -> None:
    """A record, which may be left out."""
    verb.add_argument(
        "which",
        nargs="?",
        metavar="SPEC|RUN|FOLDER",
        help="a spec, a run's name, or the folder of a record; without it, this folder's last run",
    )
    verb.add_argument("--json", action="store_true", help="print JSON")


def count(text: str) -> int:
    """A whole number above 0."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return value
