"""The data's options: energies of isolated atoms that can be read, files and folders that MACE can open."""

from __future__ import annotations

from typing import Any

from mlipilot.compiler.backends.mace.knowledge import E0_WORDS, FOUNDATION_MODELS
from mlipilot.compiler.lint.energies import read_energies
from mlipilot.compiler.lint.labels import is_weight
from mlipilot.compiler.lint.lookup import find
from mlipilot.compiler.lint.rules.rule import Rule
from mlipilot.compiler.lint.settings import Settings
from mlipilot.compiler.lint.value import literal
from mlipilot.spec.diagnostics import Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.schema.elements import ELEMENTS
from mlipilot.spec.suggest import nearest

_LATE = "MACE stops with a traceback after it has loaded the data"
_SYMBOLS = {symbol: number for number, symbol in enumerate(ELEMENTS, 1)}


def _energies(settings: Settings) -> list[Diagnostic]:
    written = settings.value("E0s")
    if not settings.has("E0s") or settings.value("heads") is not None:
        return []
    if isinstance(written, str) and written.lower() in E0_WORDS:
        return _word(settings, written.lower())
    if settings.isolated:
        return []
    if isinstance(written, str) and written.endswith(".json"):
        return _file(settings, written)
    energies = literal(written)
    if not isinstance(energies, dict) or not energies:
        return [_unreadable(settings, str(written))]
    if all(isinstance(value, dict) for value in energies.values()):
        return []
    symbols = [key for key in energies if isinstance(key, str)]
    if symbols:
        return [_symbols(settings, energies, symbols[0])]
    wrong = [key for key, value in energies.items() if not _is_energy(key, value)]
    if wrong:
        return [
            settings.report(
                "MLP1140", f"`E0s` has no energy of `{wrong[0]}`", "E0s", label="not a number", consequence=_LATE
            )
        ]
    return []


def _file(settings: Settings, name: str) -> list[Diagnostic]:
    if find(name, settings.given["E0s"].item.source) is not None:
        found = read_energies(settings)
        if not found.fault:
            return []
        return [
            settings.report(
                "MLP1140",
                f"`{name}` {found.fault}",
                "E0s",
                label="cannot be used",
                consequence=_LATE,
                help=found.remedy,
            )
        ]
    return [
        settings.report(
            "MLP1113",
            f"`{name}` is not here",
            "E0s",
            label="not checked",
            consequence="MACE stops where it does not find it, after it has loaded the data",
            help="call `mlipilot lint` where the file is, or check the path",
        )
    ]


def _symbols(settings: Settings, energies: dict[Any, Any], first: str) -> Diagnostic:
    numbers = {_SYMBOLS.get(key, key): value for key, value in energies.items()}
    known = all(_is_energy(key, value) for key, value in numbers.items())
    item = settings.given["E0s"].item
    text = f'"{numbers}"' if item.command_line else str(numbers)
    return settings.report(
        "MLP1140",
        f"`E0s` names `{first}` by its symbol",
        "E0s",
        label="keys are atomic numbers",
        consequence="MACE stops with a `KeyError` after it has loaded the data",
        help="" if known else "write atomic numbers",
        fix=Fix(f"write `{numbers}`", (Edit(item.value, text),)) if known else None,
    )


def _is_energy(key: object, value: object) -> bool:
    return isinstance(key, int) and isinstance(value, (int, float)) and not isinstance(value, bool)


def _word(settings: Settings, word: str) -> list[Diagnostic]:
    if word != "average" and settings.value("foundation_model") is None and not settings.isolated:
        return [
            settings.report(
                "MLP1140",
                f"`E0s: {word}` needs a foundation model",
                "E0s",
                label="there is none",
                consequence="MACE stops with an `AssertionError` after it has loaded the data",
                help="name one with `foundation_model`, or write `E0s: average`",
            )
        ]
    if word == "average" and settings.replays:
        return [
            settings.report(
                "MLP1140",
                "`E0s: average` does not go with fine-tuning of several heads",
                "E0s",
                "foundation_model",
                label="must be given",
                consequence="MACE stops with an `AssertionError` before it loads data",
                help="give the energies, write `E0s: estimated`, or `multiheads_finetuning: false`",
            )
        ]
    return []


def _unreadable(settings: Settings, text: str) -> Diagnostic:
    near = nearest(text, E0_WORDS)
    item = settings.given["E0s"].item
    fix = Fix(f"write `{near}`", (Edit(item.value, near),), Applicability.UNSAFE) if near else None
    return settings.report(
        "MLP1140",
        "`E0s` is neither a word that MACE knows, nor energies, nor a `.json` file",
        "E0s",
        label="unknown form",
        consequence="MACE stops with `E0s specified invalidly` after it has loaded the data",
        help=f"did you mean `{near}`?" if near else "write `average`, or energies such as `{1: -13.6, 8: -432.5}`",
        fix=fix,
    )


def _test_folder(settings: Settings) -> list[Diagnostic]:
    if settings.value("test_dir") is None or not settings.value("multi_processed_test"):
        return []
    return [
        settings.report(
            "MLP1144",
            "`multi_processed_test` with `test_dir` cannot be evaluated",
            "multi_processed_test",
            "test_dir",
            label="crashes",
            consequence="MACE trains to the end, then stops with `TypeError: 'module' object is not callable`",
            help="write `multi_processed_test: false`, and put files `*_test.h5` into the folder",
        )
    ]


def _foundation(settings: Settings) -> list[Diagnostic]:
    name = settings.value("foundation_model")
    if not settings.has("foundation_model") or name is None or name in FOUNDATION_MODELS:
        return []
    item = settings.given["foundation_model"].item
    if name.startswith("https:") or find(name, item.source) is not None:
        return []
    near = nearest(name, FOUNDATION_MODELS) if "." not in name and "/" not in name else None
    return [
        settings.report(
            "MLP1113",
            f"`{name}` is no foundation model that MACE knows by name, and no file that is here",
            "foundation_model",
            label="not checked",
            consequence="MACE stops with a `FileNotFoundError` before it loads data, where it does not find it",
            help=f"did you mean `{near}`?" if near else "call `mlipilot lint` where the file is, or check the path",
            fix=Fix(f"write `{near}`", (Edit(item.value, near),), Applicability.UNSAFE) if near else None,
        )
    ]


def _type_weights(settings: Settings) -> list[Diagnostic]:
    weights = settings.value("config_type_weights")
    if not settings.has("config_type_weights"):
        return []
    written = literal(weights)
    if isinstance(written, dict):
        wrong = next((name for name, weight in written.items() if not is_weight(weight)), None)
        return [] if wrong is None else [_no_weight(settings, str(wrong), written[wrong])]
    unquoted = settings.given["config_type_weights"].item.command_line
    return [
        settings.report(
            "MLP1110",
            f"{settings.written('config_type_weights')} is no dictionary, and has no effect",
            "config_type_weights",
            label="not read",
            consequence="MACE says so in its log and weighs all configurations 1",
            help="the shell takes quotes off: write `--config_type_weights='{\"Default\": 1.0}'`"
            if unquoted
            else "write one such as `{Default: 1.0}`",
        )
    ]


def _no_weight(settings: Settings, name: str, weight: object) -> Diagnostic:
    return settings.report(
        "MLP1109",
        f"`config_type_weights` gives `{name}` the weight {weight!r}",
        "config_type_weights",
        label="must be a number, at least 0",
        consequence="the loss rewards errors, or MACE stops after it has loaded the data",
    )


def _atomic_numbers(settings: Settings) -> list[Diagnostic]:
    written = settings.value("atomic_numbers")
    if not settings.has("atomic_numbers") or settings.train_elements is None:
        return []
    listed = literal(written)
    if not isinstance(listed, (list, tuple)):
        return []
    lacking = [symbol for symbol in settings.train_elements if _SYMBOLS.get(symbol, 0) not in listed]
    if not lacking:
        return []
    numbers = sorted({*listed, *(_SYMBOLS[symbol] for symbol in lacking if symbol in _SYMBOLS)})
    return [
        settings.report(
            "MLP1145",
            f"{settings.written('atomic_numbers')} lacks {', '.join(lacking)}, which the training file has",
            "atomic_numbers",
            label=f"no {' and no '.join(lacking)}",
            consequence="MACE stops after it has loaded the data",
            help=f"write `{numbers}`, or leave `atomic_numbers` out",
        )
    ]


def _nothing_to_train(settings: Settings) -> list[Diagnostic]:
    if settings.command is None:
        return []  # the command that names the file may give it
    found: list[Diagnostic] = []
    for name, sample in (("name", "copper"), ("train_file", "train.xyz")):
        if settings.value(name) is None and (name == "name" or settings.value("heads") is None):
            consequence = "exits with 2 before it reads any data" if name == "name" else "stops with a `ValueError`"
            found.append(
                settings.report(
                    "MLP1108",
                    f"`{name}` is missing",
                    consequence=f"without it `mace_run_train` {consequence}",
                    help=f"add `--{name}={sample}`, or `{name}: {sample}` to the file that `--config` names",
                )
            )
    return found


RULES = (
    Rule(("E0s", "heads", "foundation_model", "multiheads_finetuning", "pt_train_file"), _energies),
    Rule(("foundation_model",), _foundation),
    Rule(("config_type_weights",), _type_weights),
    Rule(("atomic_numbers",), _atomic_numbers),
    Rule(("test_dir", "multi_processed_test"), _test_folder),
    Rule(("name", "train_file", "heads"), _nothing_to_train),
)
