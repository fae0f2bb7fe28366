"""What a training command would run with: each option's value, where it was written, or its default."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mlipilot.compiler.backends.mace.knowledge import DIPOLE_MODELS
from mlipilot.compiler.backends.mace.options import Option, OptionTable
from mlipilot.compiler.lint.item import Item
from mlipilot.spec.diagnostics import Annotation, Diagnostic, Fix
from mlipilot.spec.source import SourceFile, Span

_REPLAYED = ("small", "medium", "large")
"""Foundation models that MACE has replay data for."""


@dataclass(frozen=True)
class Setting:
    """An option that was written."""

    option: Option
    value: Any
    """Of the option's type."""
    item: Item


@dataclass
class Settings:
    """All options of one training command."""

    table: OptionTable
    source: SourceFile
    """The file that was linted."""
    given: dict[str, Setting] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    """Options whose value is not known: faulty, or only the shell's to know."""
    complete: bool = True
    """Whether no other option can have been given."""
    command: Span | None = None
    """The word that names the training command; None for a file of options, to which a command may add others."""
    isolated: bool = False
    """Whether the training file has isolated atoms, so that MACE never reads `E0s`."""
    train_elements: tuple[str, ...] | None = None
    """Symbols of the elements of the training file; None where it was not read."""

    def value(self, name: str) -> Any:
        """An option's value, its default where it was not given; None for an option that this release lacks."""
        setting = self.given.get(name)
        if setting is not None:
            return setting.value
        option = self.table.find(name)
        return option.default if option is not None else None

    def has(self, name: str) -> bool:
        """Whether an option was written, with a value that could be read."""
        return name in self.given

    def known(self, name: str) -> bool:
        """Whether an option exists, and its value is known."""
        option = self.table.find(name)
        return option is not None and name not in self.unreadable and (self.complete or name in self.given)

    def spelled(self, name: str) -> str:
        """The word that an option was written with."""
        return self.given[name].item.word if name in self.given else name

    def written(self, name: str) -> str:
        """An option with its value, in backticks, as a message shows it."""
        value = self.value(name)
        shown = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
        return f"`{self.spelled(name)}: {shown}`"

    @property
    def stage_two(self) -> bool:
        """Whether MACE switches to its second stage; `start_swa` switches it on by itself."""
        return bool(self.value("swa")) or self.value("start_swa") is not None

    @property
    def stage_two_start(self) -> int:
        """The epoch at which the second stage begins."""
        start = self.value("start_swa")
        return int(start) if start is not None else max(1, int(self.value("max_num_epochs")) // 4 * 3)

    @property
    def stage_two_unseen(self) -> bool:
        """Whether a second stage runs of which no epoch is evaluated."""
        start, epochs, interval = self.stage_two_start, self.value("max_num_epochs"), self.value("eval_interval")
        if not self.stage_two or not 0 < start < epochs or interval < 1:
            return False
        return all(epoch % interval for epoch in range(start, min(epochs, start + interval)))

    @property
    def replays(self) -> bool:
        """Whether MACE fine-tunes with several heads, which needs replay data."""
        foundation = self.value("foundation_model")
        return (
            foundation is not None
            and bool(self.value("multiheads_finetuning"))
            and (foundation in _REPLAYED or self.value("pt_train_file") is not None)
        )

    @property
    def takes_foundation_shape(self) -> bool:
        """Whether the foundation model's architecture replaces what the options say."""
        return self.value("foundation_model") is not None and self.value("model") not in DIPOLE_MODELS

    def effective(self, name: str) -> Any:
        """An option's value as MACE leaves it before it trains."""
        match name:
            case "swa":
                return self.stage_two
            case "multiheads_finetuning":
                return self.replays
            case "foundation_model":
                return self.value(name) if self.takes_foundation_shape else None
            case _:
                return self.value(name)

    def report(
        self,
        code: str,
        headline: str,
        *names: str,
        label: str = "",
        consequence: str,
        help: str = "",
        fix: Fix | None = None,
    ) -> Diagnostic:
        """A diagnostic at the first of some options that was written; the others are shown beside it."""
        items = [self.given[name].item for name in names if name in self.given]
        first = items[0] if items else None
        source = first.source if first is not None else self.source
        others = tuple(
            Annotation(item.value, "", None if item.source is source else item.source)
            for item in items[1:]
            if first is not None and item.value != first.value and item.has_place
        )
        if first is not None and not first.has_place:
            notes = (*([label] if label else []), consequence)
            return Diagnostic(code, headline, source, None, (), notes, help, fix)
        primary = Annotation(first.value, label) if first is not None else None
        if primary is None and self.command is not None:
            primary = Annotation(self.command, label)
        return Diagnostic(code, headline, source, primary, others, (consequence,), help, fix)


__all__ = ["Setting", "Settings"]
