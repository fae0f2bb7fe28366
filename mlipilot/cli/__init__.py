"""The command line: one module for each group of verbs, each verb a few lines over the library."""

from __future__ import annotations

import gc
import sys

from mlipilot.cli.parser import VERBS, build_parser
from mlipilot.spec.suggest import nearest

_ALLOCATIONS = 50_000
"""Between two collections of cyclic garbage: nearly all that a short command makes lives until it ends."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code: 0 fine, 1 a job or the tool failed, 2 wrong input, 3 not accepted."""
    gc.set_threshold(_ALLOCATIONS)
    given = sys.argv[1:] if arguments is None else arguments
    verb = given[0] if given else ""
    parser = build_parser(verb if verb in VERBS else None)
    near = nearest(verb, VERBS) if verb not in VERBS and not verb.startswith("-") else None
    if near is not None:
        parser.error(f"there is no verb `{verb}`; did you mean `{near}`?")
    options = parser.parse_args(given)
    if not hasattr(options, "run"):
        parser.print_help()
        return 2
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has gone (`| head`); nothing is left to say.
        sys.stdout = None
        return 0
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return code
