"""The command line: one module for each group of verbs, each verb a few lines over the library."""

from __future__ import annotations

import gc
import sys

from mlipilot.cli import streams
from mlipilot.cli.parser import VERBS, build_parser
from mlipilot.spec.diagnostics.refusal import refusal
from mlipilot.spec.suggest import nearest

_ALLOCATIONS = 50_000
"""Between two collections of cyclic garbage: nearly all that a short command makes lives until it ends."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code: 0 fine, 1 a job or the tool failed, 2 wrong input, 3 not accepted."""
    gc.set_threshold(_ALLOCATIONS)
    streams.protect()
    try:
        code = _run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        code = 0  # the reader has gone (`| head`): nothing is left to say
    except KeyboardInterrupt:
        streams.say("interrupted")
        code = 130
    except OSError as error:
        said = refusal(error)
        streams.say(f"error[{said.code}]: {said.headline}\n  = help: {said.help}")
        code = 1
    finally:
        streams.abandon()
    return code


def _run(given: list[str]) -> int:
    verb = given[0] if given else ""
    parser = build_parser(verb if verb in VERBS else None)
    near = nearest(verb, VERBS) if verb not in VERBS and not verb.startswith("-") else None
    if near is not None:
        parser.error(f"there is no verb `{verb}`; did you mean `{near}`?")
    try:
        options = parser.parse_args(given)
    except SystemExit as end:  # help and version were printed, or a fault was
        return end.code if isinstance(end.code, int) else 2
    if not hasattr(options, "run"):
        parser.print_help()
        return 2
    code: int = options.run(options)
    return code
