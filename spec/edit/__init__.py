"""Edits of a spec: typed, within its search, and nothing but splices of its text."""

from mlipilot.spec.edit.change import Change, read_changes
from mlipilot.spec.edit.edited import Edited, apply, apply_to

__all__ = ["Change", "Edited", "apply", "apply_to", "read_changes"]
