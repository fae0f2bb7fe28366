"""The seed paper (arXiv:2605.24324) in its own choices: accuracies, spectra and similarities that it prints.

Nothing here is a recommendation. Each number carries in `hides` the names of the choices that it depends on.
"""

from __future__ import annotations

from mlipilot.runtime.encodings.paper.caveats import Caveat
from mlipilot.runtime.encodings.paper.methods import FAST, METHODS
from mlipilot.runtime.encodings.paper.protocol import SEEDS
from mlipilot.runtime.encodings.paper.rows import AccuracyRow, PaperTables, SimilarityRow, SpectrumRow
from mlipilot.runtime.encodings.paper.tables import accuracy_table, paper_compat, similarity_table, spectrum_table

__all__ = [
    "FAST",
    "METHODS",
    "SEEDS",
    "AccuracyRow",
    "Caveat",
    "PaperTables",
    "SimilarityRow",
    "SpectrumRow",
    "accuracy_table",
    "paper_compat",
    "similarity_table",
    "spectrum_table",
]
