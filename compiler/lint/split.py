"""What the training file proves of the options: a split that leaks, labels trained as zeros, too few frames."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING

from mlipilot.compiler.backends.mace.losses import STRESS_LOSSES
from mlipilot.compiler.lint.settings import Settings
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.numerals import count
from mlipilot.spec.schema.labels import CLAIMED

if TYPE_CHECKING:
    from mlipilot._core import FrameScan

_ABSENT = 0
_OF_ISOLATED = ("isolated", "isolatedatom", "isolated_atom", "isolatedatoms", "isolated_atoms")
"""Words of `E0s` that ask for the energies of the isolated atoms."""
_FEW = 50
"""Training frames below which Stage Two's default weights have been seen to spoil the forces."""
_OTHERWISE_WRONG = ("huber", "l1l2energyforces", "ef", "forces_only", "dipole")
"""Losses whose Stage Two has a fault of its own, which says what to do with it."""
_NEIGHBOURS_IN_TIME = 0.5
"""Share of frames that lie within 0.3 Å of the one before: more is a trajectory, whatever its name."""


def check_split(settings: Settings, train: FrameScan, doubts: Collection[str] = ()) -> tuple[list[Diagnostic], bool]:
    """Diagnostics, and whether the options mean a stress that the files should have, as far as they are known."""
    found = [*_random_split(settings, train), *_default_weights(settings, train), *_energies(settings, train)]
    if any(name in doubts for name in ("loss", "stress_weight", "stress_key")):
        return found, False
    loss = settings.value("loss")
    weight = settings.value("stress_weight") if loss in STRESS_LOSSES else 0.0
    has_stress = bool((train.stress_state != _ABSENT).any())
    zeroed = loss == "huber" or settings.value("stress_key") in CLAIMED
    if zeroed and weight and not has_stress:
        return [*found, _zeros(settings)], False
    asked = loss == "stress" or settings.has("stress_key") or settings.has("stress_weight")
    if loss == "stress" and weight and not has_stress and not bool(train.has_cell.any()):
        return [*found, _no_cell(settings)], False
    return found, bool(weight) and (has_stress or asked)


def _no_cell(settings: Settings) -> Diagnostic:
    return settings.report(
        "MLP1003",
        f"{settings.written('loss')} trains the stress, and no frame has a cell or `{settings.value('stress_key')}`",
        "loss",
        "stress_weight",
        "stress_key",
        label="a molecule has no stress",
        consequence="MACE trains without it, prints a stress error of `None` and exits with 0",
        help="choose `loss: weighted`, which trains energy and forces",
    )


def _zeros(settings: Settings) -> Diagnostic:
    return settings.report(
        "MLP1143",
        f"{settings.written('loss')} trains the stress, and no frame has `{settings.value('stress_key')}`",
        "loss",
        "stress_weight",
        "stress_key",
        label="takes missing stresses for zeros",
        consequence="MACE ignores that the label is missing and pulls all predicted stresses to 0, without a word",
        help="write `stress_weight: 0`, or leave missing labels out: `loss: universal`, and a key of another name than "
        "ASE's, such as `REF_stress`",
    )


def _random_split(settings: Settings, train: FrameScan) -> list[Diagnostic]:
    if settings.value("valid_file") is not None or not all(map(settings.known, ("valid_file", "valid_fraction"))):
        return []
    fraction = settings.value("valid_fraction")
    frames = int((~train.isolated).sum())
    if not 0 < fraction < 1 or frames < 2:
        return []
    valid = max(1, int(fraction * frames))
    found: list[Diagnostic] = []
    if valid < 2:
        found.append(
            settings.report(
                "MLP1142",
                f"the validation split has one frame of {frames}",
                "valid_fraction",
                "train_file",
                label="one frame picks the model",
                consequence="MACE keeps the checkpoint that fits this frame best, whatever it does to the others",
                help="give a `valid_file`, or a larger `valid_fraction`",
            )
        )
    related = _related(train)
    if related:
        found.append(
            settings.report(
                "MLP1141",
                f"the validation split is drawn at random from trajectories: {related}",
                "valid_fraction",
                "train_file",
                label="neighbours in time fall into both parts",
                consequence="MACE reports validation errors that are too small, and picks the checkpoint by them",
                help="give a `valid_file` with whole trajectories of its own",
            )
        )
    return found


def _related(train: FrameScan) -> str:
    """Why frames are neighbours in time, in words; empty where nothing says so."""
    from mlipilot._core import work_consistency

    runs = Counter(name for name in train.trajectories if name is not None)
    together = sum(count for count in runs.values() if count > 1)
    if together:
        return f"{together} of {count(train.frames, 'frame')} share a `trajectory`"
    pairs, _ = work_consistency(train)
    if pairs > _NEIGHBOURS_IN_TIME * train.frames:
        return f"{pairs} of {count(train.frames, 'frame')} lie within 0.3 Å of the one before"
    return ""


def _default_weights(settings: Settings, train: FrameScan) -> list[Diagnostic]:
    weights = ("swa_energy_weight", "swa_forces_weight")
    if not all(settings.known(name) for name in ("swa", "start_swa", "max_num_epochs", "loss", *weights)):
        return []
    frames = int((~train.isolated).sum())
    if not settings.stage_two or any(settings.has(name) for name in weights) or frames >= _FEW:
        return []
    if settings.stage_two_start >= settings.value("max_num_epochs") or settings.value("loss") in _OTHERWISE_WRONG:
        return []
    unwanted = settings.has("swa") and not settings.value("swa")
    if unwanted or (settings.known("eval_interval") and settings.stage_two_unseen):
        return []  # a rule says so, and removes it
    energy, forces = (f"{settings.value(name):g}" for name in weights)
    return [
        settings.report(
            "MLP1135",
            f"Stage Two weighs the energy {energy} to {forces} on {count(frames, 'frame')}",
            "swa",
            "start_swa",
            label="its default weights",
            consequence="on few frames the force error has been seen to grow two- to fivefold at the switch",
            help="judge both models that MACE saves, or set `stage_two_energy_weight` lower",
        )
    ]


def _energies(settings: Settings, train: FrameScan) -> list[Diagnostic]:
    if not bool(train.isolated.any()) or not settings.has("E0s"):
        return []
    if str(settings.value("E0s")).lower() in _OF_ISOLATED:
        return []  # asks for what MACE does
    return [
        settings.report(
            "MLP1110",
            "`E0s` has no effect: the training file has isolated atoms",
            "E0s",
            "train_file",
            label="not read",
            consequence="MACE takes the energies of frames with `config_type=IsolatedAtom`; only its log says so",
            help="leave `E0s` out, or these frames",
        )
    ]


__all__ = ["check_split"]
