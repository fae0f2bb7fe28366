"""The report: one HTML file that shows a run's verdict and everything it rests on.

Start reading at `page.py`; `data.py` says what a report is made from.
"""

from mlipilot.runtime.report.data import (
    DynamicsResult,
    Evaluation,
    JobRow,
    ReportInput,
    SpeedResult,
    TrainingResult,
)
from mlipilot.runtime.report.page import write_report

__all__ = [
    "DynamicsResult",
    "Evaluation",
    "JobRow",
    "ReportInput",
    "SpeedResult",
    "TrainingResult",
    "write_report",
]
