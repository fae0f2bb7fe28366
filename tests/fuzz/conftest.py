"""The short campaign's modules are beside this file."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
