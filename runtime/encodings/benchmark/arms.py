"""Arms: a representation under a scaling and a head, or a model of its own; everything that learns is one pipeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from mlipilot.runtime.encodings.benchmark.candidates import Range, Space
from mlipilot.runtime.encodings.benchmark.heads import HEADS, STRENGTH, HeadName
from mlipilot.runtime.encodings.benchmark.representations import ENCODINGS, SCALERS, Arguments
from mlipilot.runtime.encodings.controls.gram import GramMatrix
from mlipilot.runtime.encodings.controls.sketch import RandomSketch
from mlipilot.runtime.encodings.controls.table import CONTROLS, Tier
from mlipilot.runtime.encodings.datasets.tabular import Task
from mlipilot.runtime.encodings.memory import DEFAULT_LIMIT


@dataclass(frozen=True)
class Arm:
    """What is fitted and tuned in each fold."""

    model: Any
    """An estimator that is not fitted."""
    space: Space
    """What is tuned, by the names of its parameters."""


@dataclass(frozen=True)
class Setting:
    """What all arms of a data set have in common."""

    task: Task
    features: int
    scaling: str = "none"
    sketch: int | None = None
    """Dimension to which features are brought by one random projection for all arms; None leaves them as they are."""
    seed: int = 0
    max_memory: int = DEFAULT_LIMIT


def encoding_arm(kind: str, arguments: Arguments, head: HeadName, setting: Setting) -> Arm:
    """The arm of an encoding, on its features before a linear head or on its kernel."""
    entry = ENCODINGS[kind]
    if head == "linear":
        return _linear(entry.make(max_memory=setting.max_memory, **arguments), setting)
    encoder = entry.make(max_memory=setting.max_memory, **{**entry.kernel_arguments, **arguments})
    gram = GramMatrix(encoder=encoder, kernel="encoder", max_memory=setting.max_memory)
    tuned = {name: range_ for name, range_ in entry.kernel_space.items() if name not in arguments}
    return _kernel(gram, {f"encoder__{name}": range_ for name, range_ in tuned.items()}, setting)


def control_arm(kind: str, dimension: int, setting: Setting) -> Arm:
    """The arm of a control by its name in `CONTROLS`, for an encoding of this dimension."""
    control = CONTROLS[kind]
    made = control.make(
        dimension=dimension, d=setting.features, random_state=setting.seed, regression=setting.task == "numbers"
    )
    return _TIERS[control.tier](kind, made, setting)


def _linear(representation: Any, setting: Setting) -> Arm:
    """Features, each standardised, before a linear model: for its penalty all of them are alike."""
    head = HEADS["linear", setting.task]
    sketch = (
        [("sketch", RandomSketch(n_components=setting.sketch, random_state=setting.seed))] if setting.sketch else []
    )
    steps = [("scale", SCALERS[setting.scaling]()), ("represent", representation), *sketch]
    return Arm(
        Pipeline([*steps, ("standardise", StandardScaler()), ("head", head.make())]),
        {f"head__{name}": range_ for name, range_ in head.space.items()},
    )


def _kernel(gram: GramMatrix, space: Space, setting: Setting) -> Arm:
    """Kernel values before a model of them; numbers are centred, since kernel ridge has no intercept."""
    head = HEADS["kernel", setting.task]
    is_number = setting.task == "numbers"
    model = TransformedTargetRegressor(head.make(), transformer=StandardScaler()) if is_number else head.make()
    prefix = "head__regressor__" if is_number else "head__"
    return Arm(
        Pipeline([("scale", SCALERS[setting.scaling]()), ("represent", gram), ("head", model)]),
        {
            **{f"represent__{name}": range_ for name, range_ in space.items()},
            **{f"{prefix}{name}": range_ for name, range_ in head.space.items()},
        },
    )


def _same_head(kind: str, control: Any, setting: Setting) -> Arm:
    return _linear(control, setting)


def _same_kernel(kind: str, control: Any, setting: Setting) -> Arm:
    spaces: dict[str, Space] = {"cosine": {"kernel__zeta": Range(1.0, 8.0)}}
    around = Range(0.01 / setting.features, 100 / setting.features)
    return _kernel(control, spaces.get(kind, {"kernel__gamma": around}), setting)


def _adaptive(kind: str, control: Any, setting: Setting) -> Arm:
    around = Range(0.01 / setting.features, 100 / setting.features)
    spaces: dict[str, Space] = {
        "svm": {"C": STRENGTH, "gamma": around},
        "mlp": {"alpha": Range(1e-5, 1.0)},
        "boosting": {"learning_rate": Range(0.02, 0.3), "l2_regularization": Range(1e-3, 10.0)},
    }
    is_scaled = setting.task == "numbers" and kind != "boosting"
    model = TransformedTargetRegressor(control, transformer=StandardScaler()) if is_scaled else control
    prefix = "head__regressor__" if is_scaled else "head__"
    return Arm(
        Pipeline([("scale", SCALERS[setting.scaling]()), ("head", model)]),
        {f"{prefix}{name}": range_ for name, range_ in spaces[kind].items()},
    )


_TIERS: Mapping[Tier, Callable[[str, Any, Setting], Arm]] = MappingProxyType(
    {"same head": _same_head, "same kernel class": _same_kernel, "adaptive": _adaptive}
)

__all__ = ["Arm", "Setting", "control_arm", "encoding_arm"]
