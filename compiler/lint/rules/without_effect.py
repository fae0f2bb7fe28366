"""Options that do nothing as they stand: somebody believes to have tuned something."""

from __future__ import annotations

from typing import Any

from mlipilot.compiler.backends.mace.knowledge import FINE_TUNING, NEVER_USED, WORKS, Works
from mlipilot.compiler.lint.rules.rule import Rule
from mlipilot.compiler.lint.rules.untrained import askers
from mlipilot.compiler.lint.settings import Settings
from mlipilot.spec.diagnostics import Diagnostic

_SILENT = "MACE takes it without a word"
_NAMES = {"swa": "Stage Two", "multiheads_finetuning": "fine-tuning of several heads"}


def _tuned(settings: Settings, name: str) -> bool:
    """Whether an option was written with another value than its default."""
    return settings.has(name) and settings.value(name) != settings.given[name].option.default


def _conditions(settings: Settings) -> list[Diagnostic]:
    said = {name for names in askers(settings).values() for name in names}
    found: list[Diagnostic] = []
    needed = {"swa": ("swa", "start_swa"), "multiheads_finetuning": ("foundation_model", "pt_train_file")}
    for works in WORKS:
        if not all(settings.known(name) for name in (works.other, *needed.get(works.other, ()))):
            continue
        if works.holds(settings.effective(works.other)):
            continue
        idle = [name for name in works.options if name not in said and _tuned(settings, name)]
        said.update(idle)
        if idle:
            found.append(_idle(settings, idle, works))
    return found


def _idle(settings: Settings, names: list[str], works: Works) -> Diagnostic:
    """Says that options do nothing for one reason."""
    value = settings.effective(works.other)
    if works.other in _NAMES:
        because, help_ = f"without {_NAMES[works.other]}", ""
    elif value is None:
        because, help_ = f"without `{works.other}`", ""
    else:
        because = f"with {settings.written(works.other)}"
        words = [f"`{works.other}: {_shown(word)}`" for word in works.values if word is not None]
        help_ = f"it works with {' or '.join(words)}" if words else ""
    return settings.report(
        "MLP1110",
        f"{_listed([settings.spelled(name) for name in names])} no effect {because}",
        *names,
        works.other,
        label="does nothing",
        consequence=_SILENT,
        help=help_,
    )


def _listed(words: list[str]) -> str:
    """Options and their verb."""
    shown = [f"`{word}`" for word in words]
    return f"{shown[0]} has" if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]} have"


def _shown(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _never_used(settings: Settings) -> list[Diagnostic]:
    return [
        settings.report(
            "MLP1110",
            f"`{settings.spelled(name)}` has no effect in mace-torch {settings.table.version}",
            name,
            label="does nothing",
            consequence="MACE reads it from nowhere, or overwrites it with what the loss needs",
            help="leave it out",
        )
        for name in NEVER_USED
        if _tuned(settings, name) and not any(name in names for names in askers(settings).values())
    ]


def _cannot_be_unset(settings: Settings) -> list[Diagnostic]:
    """Flags whose default is what they set, such as `amsgrad`: false cannot be said."""
    return [
        settings.report(
            "MLP1110",
            f"`{settings.spelled(name)}: false` has no effect",
            name,
            label="stays true",
            consequence="the flag can only be set, and its default is set already",
            help="leave it out",
        )
        for name, setting in settings.given.items()
        if setting.option.sets is True
        and setting.option.default is True
        and str(setting.item.written).lower() in ("false", "no", "off", "0")
    ]


def _freeze(settings: Settings) -> list[Diagnostic]:
    layers = settings.value("freeze")
    if layers is None or layers >= 0:
        return []
    return [
        settings.report(
            "MLP1110",
            f"{settings.written('freeze')} freezes nothing",
            "freeze",
            label="only positive numbers do",
            consequence="MACE's help promises the last layer, and MACE trains all of them",
            help="1 freezes the embedding, 5 the interactions too, 6 the products too, 7 all with the readouts",
        )
    ]


def _hidden(settings: Settings) -> list[Diagnostic]:
    given = [name for name in ("hidden_irreps", "num_channels", "max_L") if settings.value(name) is not None]
    if len(given) < 2 or "hidden_irreps" not in given:
        return []
    idle = ["hidden_irreps"] if len(given) == 3 else given[1:]
    winner = "`num_channels` and `max_L`" if len(given) == 3 else "`hidden_irreps`"
    return [
        settings.report(
            "MLP1110",
            f"`{name}` has no effect: {winner} decide{'s' if len(given) == 2 else ''}",
            name,
            *(other for other in given if other != name),
            label="does nothing",
            consequence="MACE says so in its log at most",
            help="leave it out",
        )
        for name in idle
    ]


def _first_interaction(settings: Settings) -> list[Diagnostic]:
    first = settings.value("interaction_first")
    kept = ("RealAgnosticInteractionBlock", "RealAgnosticDensityInteractionBlock")
    if settings.value("model") != "MACE" or not _tuned(settings, "interaction_first") or first in kept:
        return []
    return [
        settings.report(
            "MLP1110",
            f"`interaction_first: {first}` has no effect with `model: MACE`",
            "interaction_first",
            "model",
            label="replaced",
            consequence=f"MACE builds `{kept[0]}` in its place, without a word",
            help="write `model: ScaleShiftMACE`",
        )
    ]


def _fine_tuning(settings: Settings) -> list[Diagnostic]:
    if not settings.replays:
        return []
    return [
        settings.report(
            "MLP1110",
            f"{settings.written(name)} has no effect when several heads are fine-tuned",
            name,
            "foundation_model",
            label=f"becomes {value}",
            consequence="MACE says so in its log at most",
            help="write `multiheads_finetuning: false`" + ("" if name == "loss" else ", or `force_mh_ft_lr: true`"),
        )
        for name, value in FINE_TUNING.items()
        if settings.has(name)
        and str(settings.value(name)) != value
        and (name == "loss" or not settings.value("force_mh_ft_lr"))
    ]


def _lonely_mean(settings: Settings) -> list[Diagnostic]:
    if settings.value("mean") is None or settings.value("std") is not None:
        return []
    if settings.value("scaling") == "no_scaling":
        return []
    return [
        settings.report(
            "MLP1110",
            "`mean` has no effect without `std`",
            "mean",
            label="computed again",
            consequence="MACE computes both from the training set, without a word",
            help="give `std` too",
        )
    ]


RULES = (
    Rule((), _conditions),
    Rule((), _never_used),
    Rule((), _cannot_be_unset),
    Rule(("freeze",), _freeze),
    Rule(("hidden_irreps", "num_channels", "max_L"), _hidden),
    Rule(("interaction_first", "model"), _first_interaction),
    Rule(("foundation_model", "multiheads_finetuning", "pt_train_file", "force_mh_ft_lr"), _fine_tuning),
    Rule(("mean", "std", "scaling"), _lonely_mean),
)
