"""Diagnostics: the model and the catalogue of codes; how they look is `mlipilot.compiler.render`'s business."""

from mlipilot.spec.diagnostics.codes import CATALOGUE, Severity
from mlipilot.spec.diagnostics.model import Annotation, Applicability, Diagnostic, Edit, Fix, has_errors, with_edits

__all__ = [
    "CATALOGUE",
    "Annotation",
    "Applicability",
    "Diagnostic",
    "Edit",
    "Fix",
    "Severity",
    "has_errors",
    "with_edits",
]
