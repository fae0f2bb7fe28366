"""The command line: one module for each group of verbs, each verb a few lines over the library."""

from __future__ import annotations

import sys

from mlipilot.cli.parser import build_parser


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code: 0 fine, 1 a job or the tool failed, 2 wrong input, 3 not accepted."""
    parser = build_parser()
    options = parser.parse_args(arguments)
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
