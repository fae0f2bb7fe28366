"""How the process of an attempt ends."""

OK, FAILED = 0, 1
REFUSED = 73
"""Its folder cannot be written, and so may hold no record either."""
SILENT = 74
"""It could give no sign of life."""
SUPERSEDED = 75
"""A newer attempt owns its folder."""
STOPPED = 143
"""It was asked to stop, and has saved what must survive."""
