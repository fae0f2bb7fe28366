"""Makes the blocks of the compiler's tests known to these."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[3] / "compiler" / "encodings"))
