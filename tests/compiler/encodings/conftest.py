"""Makes the module beside this one known to the tests that share it."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
