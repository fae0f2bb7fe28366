"""The block of an encoding benchmark: what is encoded and how, what it is compared with, and what is claimed of it."""

from mlipilot.spec.schema.encoding.arms import CONTROLS, ENCODINGS, TIERS, Tier
from mlipilot.spec.schema.encoding.block import ENCODING
from mlipilot.spec.schema.encoding.claims import CLAIMS, VERBS
from mlipilot.spec.schema.encoding.data import DATA

__all__ = ["CLAIMS", "CONTROLS", "DATA", "ENCODING", "ENCODINGS", "TIERS", "VERBS", "Tier"]
