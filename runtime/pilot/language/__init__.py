"""The proposer that asks a language model: it can say nothing but an edit within the search."""

from mlipilot.runtime.pilot.language.connection import ADDRESS, Endpoint
from mlipilot.runtime.pilot.language.events import Events
from mlipilot.runtime.pilot.language.ledger import Ledger, Limit, Prices, lost_attempts
from mlipilot.runtime.pilot.language.model import ENDPOINT, Model
from mlipilot.runtime.pilot.language.proposer import MADE, InTurn, LanguageModel, Shuffled
from mlipilot.runtime.pilot.language.reliability import Reliability, reliability
from mlipilot.runtime.pilot.language.subject import Subject
from mlipilot.runtime.pilot.language.transcript import Mode, Transcript

__all__ = [
    "ADDRESS",
    "ENDPOINT",
    "MADE",
    "Endpoint",
    "Events",
    "InTurn",
    "LanguageModel",
    "Ledger",
    "Limit",
    "Mode",
    "Model",
    "Prices",
    "Reliability",
    "Shuffled",
    "Subject",
    "Transcript",
    "lost_attempts",
    "reliability",
]
