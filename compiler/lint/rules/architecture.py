"""The model: harmonics that reach the features, irreps that can be read, models that still exist."""

from __future__ import annotations

import re

from mlipilot.compiler.backends.mace.knowledge import DIPOLE_MODELS, IRREPS, REMOVED_MODELS, SAMPLES, UNVIEWABLE
from mlipilot.compiler.lint.rules.rule import Rule
from mlipilot.compiler.lint.settings import Settings
from mlipilot.compiler.lint.value import literal
from mlipilot.spec.diagnostics import Diagnostic

_TERM = re.compile(r"\s*(?:(\d+)\s*x\s*)?(\d+)([eo])\s*")
_CHANNELS = 128
"""MACE's channels where no option says how many."""
_LATE = "MACE stops with a traceback after it has loaded the data"


def terms(text: str) -> list[tuple[int, int, str]] | None:
    """Multiplicity, order and parity of each irreducible representation in a sum; None where it is no such sum."""
    found = [_TERM.fullmatch(part) for part in text.split("+")]
    if not all(found):
        return None
    return [(int(m.group(1) or 1), int(m.group(2)), m.group(3)) for m in found if m is not None]


def highest_order(settings: Settings) -> int | None:
    """The order of the hidden features, as MACE takes it from three options; None where it cannot be read."""
    hidden, channels, order = (settings.value(name) for name in ("hidden_irreps", "num_channels", "max_L"))
    if order is not None and (hidden is None or channels is not None):
        return int(order)
    if hidden is None:
        return 1
    irreps = terms(hidden)
    return max(order for _, order, _ in irreps) if irreps else None


def _vectors(settings: Settings) -> int | None:
    """The channels of vectors among the hidden features, as MACE takes them from three options; None without any."""
    hidden, number, order = (settings.value(name) for name in ("hidden_irreps", "num_channels", "max_L"))
    if order is not None and number is not None:
        return int(number) if order else None
    if hidden is None and order is not None:
        return _CHANNELS if order else None
    if hidden is None:
        return int(number) if number is not None else _CHANNELS
    return next((count for count, order, parity in terms(hidden) or () if (order, parity) == (1, "o")), None)


def _contraction(settings: Settings) -> list[Diagnostic]:
    elements, number = settings.train_elements, _vectors(settings)
    least = UNVIEWABLE.get(settings.value("max_ell"))
    if settings.value("correlation") != 1 or settings.value("num_interactions") < 2 or settings.takes_foundation_shape:
        return []
    if elements is None or len(elements) != 1 or settings.has("atomic_numbers") or settings.value("enable_cueq"):
        return []
    if number is None or least is None or number < least:
        return []
    return [
        settings.report(
            "MLP1125",
            f"{settings.written('correlation')} for one element stops with vectors of {number} channels",
            "correlation",
            "max_L",
            "hidden_irreps",
            "num_channels",
            "max_ell",
            label="its contraction cannot be laid out",
            consequence="mace-torch 0.3.16 stops at the first batch with `view size is not compatible`",
            help=f"set `correlation: 2`, or `max_L: 0`, or `num_channels` below {least}; in a spec it trains",
        )
    ]


def _harmonics(settings: Settings) -> list[Diagnostic]:
    order, harmonics = highest_order(settings), settings.value("max_ell")
    if order is None or harmonics >= order or settings.value("num_interactions") < 2 or settings.takes_foundation_shape:
        return []
    return [
        settings.report(
            "MLP1120",
            f"`max_ell: {harmonics}` is below the order of the hidden features, {order}",
            "max_ell",
            "max_L",
            "hidden_irreps",
            label="harmonics do not reach the features",
            consequence="MACE trains to the end, then fails to copy the model and saves none",
            help=f"set `max_ell` to at least {order}",
        )
    ]


def _irreps(settings: Settings) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for name in IRREPS:
        text = settings.value(name)
        if not settings.has(name) or text is None:
            continue
        irreps = terms(text)
        if irreps is None:
            found.append(_bad_irreps(settings, name, "is no sum of irreps", "such as `32x0e + 32x1o`", _LATE))
        elif name == "MLP_irreps" and any((order, parity) != (0, "e") for _, order, parity in irreps):
            consequence = "MACE stops as it builds the model, or, with `gate: None`, trains a readout of vectors"
            found.append(_bad_irreps(settings, name, "is not made of even scalars", "such as `16x0e`", consequence))
        elif name == "hidden_irreps" and len({count for count, _, _ in irreps}) > 1:
            found.append(
                _bad_irreps(
                    settings,
                    name,
                    "has channels of different number",
                    "each order needs as many channels as the others",
                    "MACE stops with an `AssertionError` before it loads data",
                )
            )
    return found


def _bad_irreps(settings: Settings, name: str, headline: str, label: str, consequence: str) -> Diagnostic:
    headline = f"{settings.written(name)} {headline}"
    return settings.report("MLP1121", headline, name, label=label, consequence=consequence)


def _lists(settings: Settings) -> list[Diagnostic]:
    return [
        settings.report(
            "MLP1121",
            f"{settings.written(name)} is no list",
            name,
            label=f"such as `{sample}`",
            consequence=_LATE,
        )
        for name, sample in SAMPLES.items()
        if settings.has(name)
        and settings.value(name) is not None
        and not isinstance(literal(settings.value(name)), (list, tuple))
    ]


def _shift(settings: Settings) -> list[Diagnostic]:
    scale = settings.value("scaling") == "no_scaling" or settings.value("std") is not None
    if settings.value("model") != "ScaleShiftMACE" or not scale or settings.value("mean") is not None:
        return []
    if settings.takes_foundation_shape or settings.value("statistics_file") is not None:
        return []
    return [
        settings.report(
            "MLP1122",
            f"`ScaleShiftMACE` with {settings.written('scaling' if not settings.has('std') else 'std')} has no shift",
            "scaling" if not settings.has("std") else "std",
            "model",
            label="the mean is not computed",
            consequence="MACE stops with `must be real number, not NoneType` after it has loaded the data",
            help="give `mean` (eV per atom), or take `model: MACE`, whose shift is 0",
        )
    ]


def _removed(settings: Settings) -> list[Diagnostic]:
    if settings.value("model") not in REMOVED_MODELS:
        return []
    return [
        settings.report(
            "MLP1123",
            f"`{settings.value('model')}` is an option's value, and no longer a model",
            "model",
            label="removed",
            consequence="MACE stops with `is deprecated, use MACE instead` after it has loaded the data",
            help="write `model: MACE` or `model: ScaleShiftMACE`",
        )
    ]


def _dipoles(settings: Settings) -> list[Diagnostic]:
    model, loss = settings.value("model"), settings.value("loss")
    insists = DIPOLE_MODELS.get(model, {})
    wrong = {name: wanted for name, wanted in insists.items() if settings.value(name) != wanted}
    if model == "PolarMACE" or (not insists and loss not in ("dipole", "energy_forces_dipole")):
        return []
    if not insists:
        model = next(m for m, values in DIPOLE_MODELS.items() if values["loss"] == loss)
        wrong = {"model": model}
    return [
        settings.report(
            "MLP1124",
            f"`model: {settings.value('model')}` does not go with {settings.written(other)}",
            name,
            other,
            label=f"must be `{name}: {wanted}`",
            consequence="MACE stops with an `AssertionError` after it has loaded the data",
        )
        for name, wanted in wrong.items()
        for other in ("loss" if name == "model" else name,)
    ]


RULES = (
    Rule(("max_ell", "max_L", "hidden_irreps", "num_channels", "num_interactions", "foundation_model"), _harmonics),
    Rule(
        (
            "correlation",
            "max_ell",
            "max_L",
            "hidden_irreps",
            "num_channels",
            "num_interactions",
            "atomic_numbers",
            "enable_cueq",
            "foundation_model",
        ),
        _contraction,
    ),
    Rule((), _irreps),
    Rule((), _lists),
    Rule(("model", "scaling", "std", "mean", "statistics_file", "foundation_model"), _shift),
    Rule(("model",), _removed),
    Rule(("model", "loss", "error_table"), _dipoles),
)
