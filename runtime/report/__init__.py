"""The report: one HTML file that shows a run's verdict and everything it rests on.

Start reading at `page.py`; `data.py` says what a report is made from, `section.py` what a kind of job adds to it.
"""

from mlipilot.runtime.report.data import JobRow, ReportInput
from mlipilot.runtime.report.page import write_report
from mlipilot.runtime.report.section import Result

__all__ = ["JobRow", "ReportInput", "Result", "write_report"]
