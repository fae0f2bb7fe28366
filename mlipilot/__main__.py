"""`python -m mlipilot` is the command line."""

import sys

from mlipilot.cli import main

if __name__ == "__main__":
    sys.exit(main())
