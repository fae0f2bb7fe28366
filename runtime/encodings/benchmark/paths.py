"""Labels along a path: what a head predicts under each of its candidates, from one decomposition where there is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Ridge

from mlipilot.runtime.encodings.benchmark.logistic import LogisticModel, RowSpace, is_wide

Numbers = NDArray[np.float64]
Parameters = Mapping[str, Any]


class Data(NamedTuple):
    """What a head is fitted to, and what it is asked about."""

    seen: NDArray[Any]
    """Features (n, d), or kernel values (n, n)."""
    targets: NDArray[Any]
    """(n,) or (n, targets)."""
    asked: NDArray[Any]
    """Features (m, d), or kernel values (m, n)."""


def labels_along(head: Any, candidates: Sequence[Parameters], data: Data) -> list[NDArray[Any]]:
    """The labels that a head gives of what is asked, for each of the candidates, each fitted to what is seen."""
    return _PATHS.get(type(head), _one_by_one)(head, candidates, data)


def _one_by_one(head: Any, candidates: Sequence[Parameters], data: Data) -> list[NDArray[Any]]:
    models = (clone(head).set_params(**candidate) for candidate in candidates)
    return [model.fit(data.seen, data.targets).predict(data.asked) for model in models]


def _ridge(head: Any, candidates: Sequence[Parameters], data: Data) -> list[NDArray[Any]]:
    """By one singular value decomposition of centred features, or one of their Gram matrix where it is the smaller."""
    if not _differ_in_alpha(head, candidates, Ridge()):
        return _one_by_one(head, candidates, data)
    centre, level = data.seen.mean(axis=0), data.targets.mean(axis=0)
    seen, asked, targets = data.seen - centre, data.asked - centre, data.targets - level
    alphas = [candidate["alpha"] for candidate in candidates]
    if is_wide(seen):
        found = _dual(seen @ seen.T, asked @ seen.T, targets, alphas)
        return _one_by_one(head, candidates, data) if found is None else [values + level for values in found]
    left, sizes, right = linalg.svd(seen, full_matrices=False, check_finite=False)
    onto, shares = asked @ right.T, left.T @ targets
    return [onto @ _scaled(sizes / (sizes**2 + alpha), shares) + level for alpha in alphas]


def _kernel_ridge(head: Any, candidates: Sequence[Parameters], data: Data) -> list[NDArray[Any]]:
    is_worth_it = len(candidates) >= _WORTH_A_DECOMPOSITION
    if not is_worth_it or not _differ_in_alpha(head, candidates, KernelRidge(kernel="precomputed")):
        return _one_by_one(head, candidates, data)
    alphas = [candidate["alpha"] for candidate in candidates]
    return _dual(data.seen, data.asked, data.targets, alphas) or _one_by_one(head, candidates, data)


_WORTH_A_DECOMPOSITION = 4
"""Penalties: so many Cholesky factors cost about as much as the eigenvectors."""


def _dual(seen: Numbers, asked: Numbers, targets: Numbers, alphas: Sequence[float]) -> list[Numbers] | None:
    """`K' (K + alpha 1)^-1 y` for each alpha, from one eigendecomposition; None of a matrix with negative eigenvalues.

    The function of an eigenvector whose eigenvalue is only rounding is 0, and is left out.
    """
    values, vectors = linalg.eigh(seen, check_finite=False)
    rounding = len(values) * np.finfo(values.dtype).eps * values[-1]
    if values[0] < -rounding:
        return None
    kept = values > rounding
    onto, shares = asked @ vectors[:, kept], vectors[:, kept].T @ targets
    return [onto @ _scaled(1 / (values[kept] + alpha), shares) for alpha in alphas]


def _scaled(factors: Numbers, shares: Numbers) -> Numbers:
    return factors * shares if shares.ndim == 1 else factors[:, None] * shares


def _differ_in_alpha(head: Any, candidates: Sequence[Parameters], plain: Any) -> bool:
    """Whether nothing of a head is other than in a plain one but its penalty, a number above 0."""
    is_plain = head.get_params() == plain.set_params(alpha=head.alpha).get_params()
    return is_plain and all(set(candidate) == {"alpha"} and candidate["alpha"] > 0 for candidate in candidates)


def _standardised(head: Any, candidates: Sequence[Parameters], data: Data) -> list[NDArray[Any]]:
    """The path of the regressor inside, on targets that are transformed once."""
    prefix = "regressor__"
    if head.transformer is None or any(not name.startswith(prefix) for one in candidates for name in one):
        return _one_by_one(head, candidates, data)
    targets = data.targets.reshape(len(data.targets), -1)
    transformer = clone(head.transformer).fit(targets)
    inner = transformer.transform(targets)
    own = [{name.removeprefix(prefix): value for name, value in one.items()} for one in candidates]
    found = labels_along(head.regressor, own, data._replace(targets=inner[:, 0] if inner.shape[1] == 1 else inner))
    labels = (transformer.inverse_transform(one.reshape(len(one), -1)) for one in found)
    return [one[:, 0] if data.targets.ndim == 1 else one for one in labels]


def _logistic(head: Any, candidates: Sequence[Parameters], data: Data) -> list[NDArray[Any]]:
    """One by one, in the space of the rows where that is the smaller: then all share its basis."""
    if is_wide(data.seen):
        space = RowSpace.of(data.seen)
        data = Data(space.seen, data.targets, space.coordinates(data.asked))
    return _one_by_one(head, candidates, data)


_PATHS: Mapping[type, Callable[[Any, Sequence[Parameters], Data], list[NDArray[Any]]]] = MappingProxyType(
    {
        Ridge: _ridge,
        KernelRidge: _kernel_ridge,
        TransformedTargetRegressor: _standardised,
        LogisticModel: _logistic,
    }
)
"""All others are fitted one by one."""

__all__ = ["Data", "labels_along"]
