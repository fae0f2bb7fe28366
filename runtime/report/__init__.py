"""What reports show: figures, tables and numbers read from result files, with their faults as reasons.

`section.py` says what a kind of job adds to a page, `data.py` what a page is made from.
"""

from mlipilot.runtime.report.data import JobRow, ReportInput
from mlipilot.runtime.report.section import Result

__all__ = ["JobRow", "ReportInput", "Result"]
