"""The environment: packages that MACE imports only when a value asks for them."""

from __future__ import annotations

from importlib.util import find_spec

from mlipilot.compiler.backends.mace.knowledge import PACKAGES
from mlipilot.compiler.lint.rules.rule import Rule
from mlipilot.compiler.lint.settings import Settings
from mlipilot.spec.diagnostics import Diagnostic


def _packages(settings: Settings) -> list[Diagnostic]:
    # Where MACE is not installed, this is not the machine that trains.
    if not settings.table.installed:
        return []
    return [
        settings.report(
            "MLP1112",
            f"{settings.written(package.option)} needs the package `{package.module}`, which is not installed here",
            package.option,
            label="look on the machine that trains",
            consequence=package.consequence,
            help=f"`pip install {package.install}`",
        )
        for package in PACKAGES
        if settings.has(package.option)
        and settings.value(package.option) == package.value
        and find_spec(package.module) is None
    ]


RULES = (Rule((), _packages),)
