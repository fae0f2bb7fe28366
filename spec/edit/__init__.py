"""Edits of a spec: typed, within its search, and nothing but splices of its text."""

from mlipilot.spec.edit.change import Change, changes_of, read_changes, read_settings, set_once
from mlipilot.spec.edit.edited import Edited, apply, apply_to

__all__ = ["Change", "Edited", "apply", "apply_to", "changes_of", "read_changes", "read_settings", "set_once"]
