"""Verbs on campaigns: what a budget can find, steering, and the audits of a record."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from mlipilot.cli.verbs.arguments import add_record, add_run, add_spec, add_verb


def add_power(verbs: Any) -> None:
    """`power`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.powering import power

        return power(options.spec, as_json=options.json)

    verb = add_verb(
        verbs,
        "power",
        "say what gains a campaign can find, or what benchmarks of encodings can",
        "mlipilot power copper.mlp",
        run,
    )
    add_spec(verb, "spec or plan")
    verb.add_argument("--json", action="store_true", help="print JSON")


def add_veto(verbs: Any) -> None:
    """`veto`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.steering import veto

        return veto(options.trial, options.which, options.because)

    example = "mlipilot veto tpe/1/7 --because 'too large for our card'"
    verb = add_verb(verbs, "veto", "forbid a trial of a campaign that runs", example, run)
    verb.add_argument("trial", metavar="TRIAL", help="arm, replicate and number, as `status` shows them: `tpe/1/7`")
    add_run(verb)
    verb.add_argument("--because", required=True, metavar="TEXT", help="the reason, which is recorded")


def add_propose(verbs: Any) -> None:
    """`propose`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.steering import propose

        return propose(options.which, options.arm, options.set, options.because)

    example = "mlipilot propose campaign.mlp --set potential.channels=16 --because 'more capacity'"
    verb = add_verb(verbs, "propose", "have an arm of a campaign that runs try an edit next", example, run)
    add_run(verb)
    verb.add_argument("--arm", metavar="ARM/REPLICATE", help="which arm (default: the pilot's own proposer)")
    verb.add_argument(
        "--set", action="append", required=True, metavar="PATH=VALUE", help="a path of the search, and its value"
    )
    verb.add_argument("--because", required=True, metavar="TEXT", help="the hypothesis, which is recorded")


def add_verify(verbs: Any) -> None:
    """`verify`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.auditing import verify

        return verify(options.which, options.archive, as_json=options.json)

    verb = add_verb(
        verbs,
        "verify",
        "make every figure, decision and sum of a record again from what it was made of",
        "mlipilot verify campaign.mlp",
        run,
        exits="0 everything holds; 1 something does not; 2 there is nothing to verify, or no copy could be made; 4 "
        "what could be looked at holds, and something could not be: results, the plan or the journal of jobs is not "
        "here, or a run that has finished is not recorded",
    )
    add_record(verb)
    verb.add_argument(
        "--archive",
        type=Path,
        metavar="FOLDER",
        help="copy a campaign's record there, to be committed: 2 MB compressed at most",
    )


def add_rejudge(verbs: Any) -> None:
    """`rejudge`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.auditing import rejudge

        return rejudge(options.which, options.threshold, options.alpha, options.confirm_seeds, as_json=options.json)

    example = "mlipilot rejudge campaign.mlp --threshold 'force_rmse(cu.test)=25 meV/Å'"
    summary = "decide a campaign again under other settings, from what its record has measured"
    verb = add_verb(verbs, "rejudge", summary, example, run)
    add_record(verb)
    verb.add_argument("--alpha", metavar="A", help="another chance of a false accept, of the whole campaign")
    verb.add_argument(
        "--threshold",
        action="append",
        default=[],
        metavar="METRIC=VALUE",
        help="another bound of a rule, with its unit as in a spec; may be given several times",
    )
    verb.add_argument("--confirm-seeds", metavar="N", help="another number of fresh seeds a look adds")


def add_replay(verbs: Any) -> None:
    """`replay`."""

    def run(options: argparse.Namespace) -> int:
        from mlipilot.cli.auditing import replay

        return replay(options.which, as_json=options.json)

    summary = "repeat a campaign from its seeds and transcripts, and compare every entry"
    verb = add_verb(verbs, "replay", summary, "mlipilot replay campaign.mlp", run)
    add_record(verb)
