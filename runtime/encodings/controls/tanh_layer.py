"""The random hidden layer: a network's nonlinearity without its training."""

from __future__ import annotations

from numbers import Real

import numpy as np
from sklearn.utils import check_scalar

from mlipilot.runtime.encodings.controls.random_map import RandomMap, RandomState, Weights
from mlipilot.runtime.encodings.memory import DEFAULT_LIMIT


class RandomTanhLayer(RandomMap):
    """`tanh(x W^T + b)`, with Gaussian weights that are not trained.

    The hidden layer of an extreme learning machine (Huang, Zhu and Siew, Neurocomputing 70, 489, 2006). Weights have
    the standard deviation `weight_scale / sqrt(features)`, so that features of unit variance reach the bend of tanh
    whatever their number; offsets have `offset_scale`. What an encoding gains over it is not owed to some fixed
    nonlinearity of that many dimensions.

    Parameters
    ----------
    n_components
        Units of the layer.
    weight_scale, offset_scale
        Standard deviations as above: the first above 0, the second at least 0.
    random_state
        What weights and offsets are drawn from.
    max_memory
        Bytes that the weights and a result may each take.

    Attributes
    ----------
    components_ : (n_components, features)
        `W`.
    offset_ : (n_components,)
        `b`.
    """

    def __init__(
        self,
        *,
        n_components: int = 100,
        weight_scale: float = 1.0,
        offset_scale: float = 1.0,
        random_state: RandomState = None,
        max_memory: int = DEFAULT_LIMIT,
    ) -> None:
        self.n_components = n_components
        self.weight_scale = weight_scale
        self.offset_scale = offset_scale
        self.random_state = random_state
        self.max_memory = max_memory

    def _draw(self, generator: np.random.RandomState, features: int) -> Weights:
        check_scalar(self.weight_scale, "weight_scale", Real, min_val=0, include_boundaries="neither")
        check_scalar(self.offset_scale, "offset_scale", Real, min_val=0)
        deviation = self.weight_scale / np.sqrt(features)
        weights = deviation * generator.standard_normal((self.n_components, features))
        self.offset_ = self.offset_scale * generator.standard_normal(self.n_components)
        return np.asarray(weights)

    def _finish(self, projected: Weights) -> Weights:
        projected += self.offset_.astype(projected.dtype)
        return np.asarray(np.tanh(projected, out=projected))


__all__ = ["RandomTanhLayer"]
