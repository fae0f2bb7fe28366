"""The data sets that scikit-learn carries in its package: no network, no file of ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn import datasets

from mlipilot.runtime.encodings.datasets.tabular import TabularData, Task

CC_BY = "CC BY 4.0 (UCI Machine Learning Repository)"
NOT_STATED = "not stated by its source"


@dataclass(frozen=True)
class _Bundled:
    """How scikit-learn is asked for a set, and what it does not say of it."""

    loader: Callable[..., Any]
    task: Task
    source: str
    licence: str
    options: tuple[tuple[str, object], ...] = ()


# diabetes in its own units: scaling is a factor of these comparisons, so none is applied beforehand
BUNDLED: dict[str, _Bundled] = {
    "iris": _Bundled(datasets.load_iris, "classes", "https://archive.ics.uci.edu/dataset/53/iris", CC_BY),
    "wine": _Bundled(datasets.load_wine, "classes", "https://archive.ics.uci.edu/dataset/109/wine", CC_BY),
    "breast_cancer": _Bundled(
        datasets.load_breast_cancer,
        "classes",
        "https://archive.ics.uci.edu/dataset/17/breast+cancer+wisconsin+diagnostic",
        CC_BY,
    ),
    "digits": _Bundled(
        datasets.load_digits,
        "classes",
        "https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits",
        CC_BY,
    ),
    "diabetes": _Bundled(
        datasets.load_diabetes,
        "numbers",
        "Efron, Hastie, Johnstone and Tibshirani, Ann. Stat. 32, 407 (2004)",
        NOT_STATED,
        options=(("scaled", False),),
    ),
    "linnerud": _Bundled(datasets.load_linnerud, "numbers", "Tenenhaus, La régression PLS, Technip (1998)", NOT_STATED),
}
"""name -> how it is loaded."""


def load_bundled(name: str) -> TabularData:
    """One of scikit-learn's own sets, by its name in `BUNDLED`; ValueError for a name that is not there.

    `iris` 150×4 in 3 classes, `wine` 178×13 in 3, `breast_cancer` 569×30 in 2, `digits` 1797×64 in 10; `diabetes`
    442×10 in the units it was measured in, one target; `linnerud` 20×3, three targets.
    """
    if name not in BUNDLED:
        raise ValueError(f"`name` must be one of {', '.join(BUNDLED)}, not {name!r}")
    entry = BUNDLED[name]
    bunch = entry.loader(**dict(entry.options))
    return TabularData(
        name=name,
        X=np.asarray(bunch.data, dtype=np.float64),
        y=np.asarray(bunch.target, dtype=np.int64 if entry.task == "classes" else np.float64),
        task=entry.task,
        feature_names=tuple(map(str, bunch.feature_names)),
        source=f"scikit-learn, from {entry.source}",
        licence=entry.licence,
    )
