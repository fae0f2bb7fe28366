"""How a job ends other than well, where that has a name."""

from __future__ import annotations


class JobFailure(Exception):
    """A failure with a name: it is recorded and shown without a traceback.

    `code` is an entry of the diagnostics catalogue, `message` says what went wrong and where, `help` the remedy.
    """

    def __init__(self, code: str, message: str, help: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help

    def __reduce__(self) -> tuple[type[JobFailure], tuple[str, str, str]]:
        return type(self), (self.code, self.message, self.help)


class Stopped(Exception):
    """The job was asked to stop (SIGTERM) and has saved what must survive."""
