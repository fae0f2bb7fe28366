"""The data that options name: scanned, asked about, and what was found put at the option that it speaks of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from mlipilot.compiler.lint.data_files import DataFiles, NamedFile, named_files, with_named
from mlipilot.compiler.lint.doubts import doubted, told, without_doubted
from mlipilot.compiler.lint.energies import read_energies
from mlipilot.compiler.lint.heads import check_heads, head_settings
from mlipilot.compiler.lint.labels import other_labels, type_weights, used_loss
from mlipilot.compiler.lint.settings import Setting, Settings
from mlipilot.compiler.lint.value import literal
from mlipilot.compiler.lint.wording import in_mace_form
from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.numerals import count
from mlipilot.spec.schema.elements import ELEMENTS
from mlipilot.spec.source import Span

if TYPE_CHECKING:
    from mlipilot._core import FrameScan
    from mlipilot.compiler.data import Anchor, Finding, Question, Split

SPLITS = ("train", "valid", "test")
LABELS = ("energy", "forces", "stress")
_NOT_HERE = ("MLP1113", "MLP0306", "MLP1003")
"""Diagnostics of a file that is not scanned."""
Keys: TypeAlias = dict[str, str]
"""The key of each label in the files."""
_UNREAD = ("statistics_file", "test_dir")
"""Options that name data which nothing here reads."""
_NO_KEY = "\0"
"""In place of a key that is not known: no file has it, so that nothing is said of its label."""
_OPTIONS = {
    "energy": "energy_key",
    "forces": "forces_key",
    "stress": "stress_key",
    "e0": "E0s",
    "r_max": "r_max",
    "batch": "batch_size",
    "valid_batch": "valid_batch_size",
    "loss": "loss",
    "dataset": "train_file",
    "type_weights": "config_type_weights",
}
"""The option that an anchor means; a file's is its split's, that of another label its key."""
_CONSEQUENCES = {
    "MLP1001": "MACE stops where it reads the frame, or reads something else than was meant",
    "MLP1002": "MACE has nothing to read and stops",
    "MLP1003": "MACE gives a missing label the weight 0 and trains without it, or stops where there is none at all",
    "MLP1006": "MACE trains to NaN, exits with 0 and leaves a model of NaN",
    "MLP1008": "MACE trains to the end, then stops at the test set and saves no model",
    "MLP1022": "MACE stops after it has loaded the data",
    "MLP1025": "MACE trains on it as a structure, and fits a wrong energy of the atom",
    "MLP1035": "MACE trains without complaint to errors of 100 %",
    "MLP1041": "MACE trains to NaN where no atom of a frame has a neighbour, and exits with 0",
    "MLP1045": "MACE stops with `torch.cat(): expected a non-empty list`",
    "MLP1053": "MACE trains the other terms, and says nothing",
    "MLP1054": "MACE trains as if the weight were 1, and says nothing",
    "MLP1055": "MACE weighs nothing by it, and says nothing",
}
"""What MACE does, where the finding does not say it."""


class Looked(NamedTuple):
    """What a look at the data gave, and sentences on what it could not give."""

    diagnostics: list[Diagnostic]
    remarks: tuple[str, ...] = ()
    scanned: bool = False
    """Whether the data were read, all of them."""


def check_data(settings: Settings, named: DataFiles) -> Looked:
    """Scan the data files that can be found, and say what they prove of the options."""
    if settings.value("heads") is not None:
        return _heads(settings)
    if "heads" in settings.unreadable:
        return Looked([], ("the data were not checked: `heads` is not known, and may name them and their keys",))
    asked = with_named(settings, named)
    found: list[Diagnostic] = []
    remarks: list[str] = []
    files = [file for split in SPLITS for file in named_files(asked, named, split, found, remarks)]
    if not any(file.split == "train" for file in files):
        if not remarks and not found:
            remarks.append("the data were not checked: name the training file with `--data train.xyz`")
        return Looked(found, tuple(remarks))
    remarks += [f"`{settings.value(name)}` was not read" for name in _UNREAD if settings.has(name)]
    looked = _scan(asked, files, found, remarks)
    settings.isolated, settings.train_elements = asked.isolated, asked.train_elements
    replayed = head_settings(settings)
    if not replayed:
        return looked
    return _joined([looked, *(_of_head(name, head) for name, head in replayed.items())])


def _heads(settings: Settings) -> Looked:
    """Each head with its own data and keys."""
    heads = head_settings(settings)
    looked = _joined([_of_head(name, head) for name, head in heads.items()])
    looked = looked._replace(diagnostics=[*check_heads(settings), *looked.diagnostics])
    return looked if heads else looked._replace(remarks=("the data files of `heads` were not read",))


def _of_head(name: str, head: Settings) -> Looked:
    looked = check_data(head, DataFiles())
    return looked._replace(remarks=tuple(f"head `{name}`: {remark}" for remark in looked.remarks))


def _joined(parts: list[Looked]) -> Looked:
    found = list(dict.fromkeys(diagnostic for part in parts for diagnostic in part.diagnostics))
    remarks = tuple(dict.fromkeys(remark for part in parts for remark in part.remarks))
    return Looked(found, remarks, bool(parts) and all(part.scanned for part in parts))


def _scan(settings: Settings, files: list[NamedFile], found: list[Diagnostic], remarks: list[str]) -> Looked:
    from mlipilot._core import scan_extxyz
    from mlipilot.compiler.data import Split, ask, meant_keys
    from mlipilot.compiler.data.merging import together
    from mlipilot.compiler.data.question import more_keys
    from mlipilot.compiler.lint.split import check_split

    doubts = doubted(settings)
    r_max = None if settings.takes_foundation_shape else settings.value("r_max")
    if not doubts.isdisjoint(("r_max", "foundation_model")):
        r_max = None
    if r_max is not None and not 0 < r_max < math.inf:
        r_max = None  # its rule says so, and what follows from it is not said again

    others = more_keys(other_labels(settings))
    unread = any(diagnostic.code in _NOT_HERE for diagnostic in found)

    def scanned(keys: Keys) -> list[Split]:
        scans: dict[str, list[FrameScan]] = {}
        for file in files:
            try:
                scan = scan_extxyz(
                    str(file.path),
                    energy=keys["energy"],
                    forces=keys["forces"],
                    stress=keys["stress"],
                    r_max=r_max,
                    others=others,
                )
            except (OSError, ValueError) as error:
                help_ = "name an extxyz file"
                found.append(Diagnostic("MLP0306", f"`{file.path}` cannot be read: {error}", help=help_))
                continue
            scans.setdefault(file.split, []).append(scan)
        return [Split.of_scans(split, of_split) for split, of_split in scans.items()]

    keys: Keys = {label: settings.value(f"{label}_key") for label in LABELS}
    keys |= {label: _NO_KEY for label in LABELS if f"{label}_key" in settings.unreadable}
    splits = scanned(keys)
    if not splits or splits[0].name != "train":
        return Looked(found, tuple(remarks))
    for label in LABELS:
        if keys[label] != _NO_KEY and any((getattr(p.scan, f"{label}_state") != 0).any() for p in splits[0].parts):
            doubts.discard(f"{label}_key")  # another may still be given, but this is the one that the files have
    settings.train_elements = tuple(splits[0].parts[0].scan.elements)
    settings.isolated = bool(splits[0].parts[0].scan.isolated.any())
    own, stress = check_split(settings, splits[0].parts[0].scan, doubts)
    findings = without_doubted(ask(_question(settings, splits, keys, r_max, stress, doubts)), doubts)
    meant = meant_keys(findings)
    if meant:
        mended = {**keys, **meant}
        more = ask(_question(settings, scanned(mended), mended, r_max, stress, doubts))
        findings += [finding for finding in without_doubted(more, doubts) if finding not in findings]
    remarks += told(settings, doubts)
    updates = _updates(settings, splits[0].parts[0].scan)
    shown = [_diagnostic(settings, finding) for finding in together(findings)]
    return Looked([*found, *shown, *own], (*remarks, *updates), scanned=not (remarks or unread))


def _question(
    settings: Settings, splits: list[Split], keys: Keys, r_max: float | None, stress: bool, doubts: set[str]
) -> Question:
    """What is asked of the data; of what hangs on a doubted option, as little as possible."""
    from mlipilot.compiler.data import Question

    train = splits[0].parts[0].scan
    e0, energies = ("isolated", None) if settings.isolated else _energies(settings)
    if not train.energy_state.any() or not doubts.isdisjoint(("E0s", "energy_key")):
        e0, energies = None, None  # the missing key is said; what it brings with it is not
    loss = used_loss(settings, stress=stress, unknown={label for label in LABELS if f"{label}_key" in doubts})
    return Question(
        splits=tuple(splits),
        energy=keys["energy"],
        forces=keys["forces"],
        stress=keys["stress"] if stress else None,
        e0=e0,
        e0_values=energies,
        r_max=r_max,
        batch=None if "batch_size" in doubts else settings.value("batch_size"),
        valid_batch=None if "valid_batch_size" in doubts else settings.value("valid_batch_size"),
        losses=(loss,),
        robust_loss=loss.loss.robust or "loss" in doubts,
        stock=True,
        others=other_labels(settings),
        type_weights=type_weights(settings),
    )


def _energies(settings: Settings) -> tuple[str | None, dict[str, float] | None]:
    """How `E0s` gives energies, and the energies by element; None where the options alone do not tell."""
    written = settings.value("E0s")
    if written is None:
        return "isolated", None
    if str(written).lower() == "average":
        return "average", None
    values = read_energies(settings).energies if str(written).endswith(".json") else literal(written)
    if not isinstance(values, dict):
        return None, None
    if not all(isinstance(z, int) and 0 < z <= len(ELEMENTS) for z in values):
        return None, None
    return "values", {ELEMENTS[z - 1]: float(energy) for z, energy in values.items()}


def _diagnostic(settings: Settings, finding: Finding) -> Diagnostic:
    anchor = finding.anchor
    option = (
        f"{anchor.source or 'train'}_file" if anchor.part == "file" else _OPTIONS.get(anchor.part, f"{anchor.part}_key")
    )
    text = {"headline": finding.headline, "label": finding.label, "help": finding.help}
    if settings.isolated and option == "E0s":
        text["help"] = text["help"].replace("`average`", "`average` and leave the isolated atoms out")
    text = {part: in_mace_form(settings, words) for part, words in text.items()}
    notes = finding.notes
    if not any("MACE" in note for note in notes) and finding.code in _CONSEQUENCES:
        notes = (*notes, _CONSEQUENCES[finding.code])
    fix = None
    if finding.replacement is not None and option in settings.given:
        place = settings.given[option].item.value
        fix = Fix(f"write `{finding.replacement}`", (Edit(place, finding.replacement),), Applicability.UNSAFE)
    elif finding.replacement is not None:
        text["help"] = f"{text['help']} write `{option}: {finding.replacement}`".strip()
        fix = _added(settings, option, finding.replacement)
    setting = settings.given.get(_place(settings, option))
    source = settings.source if setting is None else setting.item.source
    if setting is None or not setting.item.has_place:
        mark = text["label"]
        where = (mark,) if " " in mark and (anchor.part == "file" or setting is not None) else ()
        notes = (*where, *notes)
        return Diagnostic(finding.code, text["headline"], source, notes=notes, help=text["help"], fix=fix)
    primary = Annotation(setting.item.value, text["label"])
    if anchor.part == "file" and source.slice(setting.item.value).strip("'\"") != setting.value:
        notes = (f"in `{_file_of(setting, anchor)}`", *notes)  # made of variables, or one of several
    return Diagnostic(finding.code, text["headline"], source, primary, notes=notes, help=text["help"], fix=fix)


def _file_of(setting: Setting, anchor: Anchor) -> str:
    """The file that a finding is about, as the option names it."""
    names = setting.value if isinstance(setting.value, list) else [setting.value]
    return str(names[anchor.file or 0] if (anchor.file or 0) < len(names) else names[0])


def _place(settings: Settings, option: str) -> str:
    """The option that is shown for one that the data speak of."""
    if option == "E0s" and settings.isolated:
        return "train_file"  # which holds the energies
    if option.endswith("_key") and not settings.has(option):
        weight = f"{option.removesuffix('_key')}_weight"
        return next((name for name in (weight, "loss", "embedding_specs") if settings.has(name)), option)  # what asks
    return option


def _added(settings: Settings, option: str, value: str | None) -> Fix | None:
    """A fix that adds an option to the end of a YAML file."""
    if value is None or settings.command is not None:
        return None
    text = settings.source.text
    end = Span(len(text), len(text))
    start = "" if text.endswith("\n") else "\n"
    return Fix(f"add `{option}: {value}`", (Edit(end, f"{start}{option}: {value}\n"),), Applicability.UNSAFE)


def _updates(settings: Settings, train: FrameScan) -> tuple[str, ...]:
    """How much training the options ask for, in a sentence; nothing where they do not tell."""
    frames = int((~train.isolated).sum())
    batch, epochs = settings.value("batch_size"), settings.value("max_num_epochs")
    if not all(settings.known(name) for name in ("max_num_epochs", "batch_size", "valid_file")):
        return ()
    if settings.value("valid_file") is None:
        if not settings.known("valid_fraction"):
            return ()
        frames -= max(1, int(settings.value("valid_fraction") * frames))
    if epochs < 1 or batch < 1 or frames < batch:
        return ()
    updates = epochs * (frames // batch)
    return (
        f"{count(frames, 'training frame')}, batches of {batch}, {count(epochs, 'epoch')}: "
        f"{count(updates, 'gradient update')}",
    )


__all__ = ["DataFiles", "Looked", "check_data"]
