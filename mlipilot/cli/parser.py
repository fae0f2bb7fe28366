"""Verbs and options."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from mlipilot import __version__
from mlipilot.cli.verbs import campaigns, runs, specs

_EXITS = (
    "exit codes: 0 fine, 1 the tool or a job failed, 2 the spec or the arguments are wrong, 3 not accepted (--gate), "
    "4 verified in part (verify), 130 stopped by a signal"
)


class _Parser(argparse.ArgumentParser):
    """One whose help does not pass over a full device in silence."""

    def _print_message(self, message: str, file: Any = None) -> None:
        if message:
            (file or sys.stderr).write(message)


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """The parser of all verbs, or of one, which is made much sooner; a verb's own code is imported when it runs."""
    parser = _Parser(
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


VERBS: dict[str, Callable[[Any], None]] = {
    "check": specs.add_check,
    "fmt": specs.add_fmt,
    "compile": specs.add_compile,
    "plan": specs.add_plan,
    "canonical": specs.add_canonical,
    "schema": specs.add_schema,
    "power": campaigns.add_power,
    "execute": runs.add_execute,
    "resume": runs.add_resume,
    "status": runs.add_status,
    "logs": runs.add_logs,
    "cancel": runs.add_cancel,
    "pause": runs.add_pause,
    "veto": campaigns.add_veto,
    "propose": campaigns.add_propose,
    "report": runs.add_report,
    "explain": specs.add_explain,
    "edit": specs.add_edit,
    "lint": specs.add_lint,
    "verify": campaigns.add_verify,
    "rejudge": campaigns.add_rejudge,
    "replay": campaigns.add_replay,
    "doctor": runs.add_doctor,
}
"""What adds each verb, in the order of the help."""
