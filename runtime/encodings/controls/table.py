"""The classical controls by name: what an encoding has to beat, and in which company."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Integral
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.kernel_approximation import Nystroem, PolynomialCountSketch, RBFSampler
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MinMaxScaler,
    PolynomialFeatures,
    SplineTransformer,
)
from sklearn.svm import SVC, SVR
from sklearn.utils import check_scalar

from mlipilot.runtime.encodings.controls.components import CappedPCA
from mlipilot.runtime.encodings.controls.fourier import AngleSpectrumSampler
from mlipilot.runtime.encodings.controls.gram import GramMatrix
from mlipilot.runtime.encodings.controls.kernels import CosineKernel, LaplacianKernel, RBFKernel
from mlipilot.runtime.encodings.controls.lift import OrthogonalLift
from mlipilot.runtime.encodings.controls.random_map import RandomState
from mlipilot.runtime.encodings.controls.tanh_layer import RandomTanhLayer

Tier = Literal["same head", "same kernel class", "adaptive"]
Width = Literal["asked", "near", "own", "samples", "none"]


class Request(NamedTuple):
    """What a control is made for."""

    dimension: int
    """Features that the encoding gives."""
    d: int
    """Features that it gets."""
    random_state: RandomState
    arguments: Mapping[str, Any] = MappingProxyType({})
    """Those of the control, each of them."""


@dataclass(frozen=True, repr=False)
class Control:
    """A classical control: how it is made, and the tier that it is compared in. Verdicts go by tier, never pooled."""

    tier: Tier
    """`same head`: a transformer before the head that the encoding has. `same kernel class`: a Gram matrix before a
    model with `kernel="precomputed"`. `adaptive`: a model of its own, which learns its features."""
    description: str
    """One line."""
    width: Width
    """How many features come out: those `asked` for; as `near` to them as the map comes; its `own` number; one for
    each of the `samples` of fit; or `none`, of a model."""
    classifier: Callable[[Request], Any]
    regressor: Callable[[Request], Any] | None = None
    """Where it differs: a transformer serves both."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """The arguments that it takes, as they are where they are not given."""

    def __repr__(self) -> str:
        return f"<Control, {self.tier}: {self.description}>"

    def make(
        self, *, dimension: int, d: int, random_state: RandomState = None, regression: bool = False, **arguments: Any
    ) -> Any:
        """The estimator, not fitted and without scaling, for an encoding of `d` features in `dimension`.

        Raises ValueError where `dimension` or `d` is below 1, and for an argument that is not among `defaults`.
        """
        for name, value in (("dimension", dimension), ("d", d)):
            check_scalar(value, name, Integral, min_val=1)
        unknown = next((name for name in arguments if name not in self.defaults), None)
        if unknown is not None:
            known = f"write one of {', '.join(self.defaults)}" if self.defaults else "this control has none"
            raise ValueError(f"argument {unknown!r} is not known: {known}")
        chosen = self.regressor if regression and self.regressor is not None else self.classifier
        return chosen(Request(dimension, d, random_state, {**self.defaults, **arguments}))


def _per_feature(request: Request) -> int:
    """Features made of one feature, where each is expanded alone: 2 at least, since 1 would say nothing."""
    return max(2, request.dimension // request.d)


def _spline(request: Request) -> SplineTransformer:
    degree = min(3, _per_feature(request) - 1)
    return SplineTransformer(n_knots=_per_feature(request) - degree + 1, degree=degree)


def _bins(request: Request) -> KBinsDiscretizer:
    return KBinsDiscretizer(n_bins=_per_feature(request), encode="onehot-dense", strategy="uniform")


def _network(request: Request) -> dict[str, Any]:
    layers = tuple(request.arguments["layers"])
    return {"hidden_layer_sizes": layers, "max_iter": 1000, "random_state": request.random_state}


CONTROLS: Mapping[str, Control] = MappingProxyType(
    {
        "raw": Control(
            "same head",
            "the features as they are",
            "own",
            lambda _: FunctionTransformer(validate=True, feature_names_out="one-to-one"),
        ),
        "fourier": Control(
            "same head",
            "random Fourier features of exp(-|x - y|^2 / d)",
            "asked",
            lambda to: RBFSampler(gamma=1 / to.d, n_components=to.dimension, random_state=to.random_state),
        ),
        "fourier_spectrum": Control(
            "same head",
            "random Fourier features of the frequencies of an angle encoding, on features scaled to angles",
            "asked",
            lambda to: make_pipeline(
                MinMaxScaler((0, math.pi), clip=True),
                AngleSpectrumSampler(n_components=to.dimension, random_state=to.random_state),
            ),
        ),
        "polynomial": Control(
            "same head",
            "all products of at most `degree` features, two of them until it is given",
            "own",
            lambda to: PolynomialFeatures(degree=to.arguments["degree"], include_bias=False),
            defaults={"degree": 2},
        ),
        "count_sketch": Control(
            "same head",
            "random features of (x . y / d + 1)^2 (Pham and Pagh's tensor sketch)",
            "asked",
            lambda to: PolynomialCountSketch(
                degree=2, gamma=1 / to.d, coef0=1, n_components=to.dimension, random_state=to.random_state
            ),
        ),
        "nystroem": Control(
            "same head",
            "features of exp(-|x - y|^2 / d) on a subset of the samples",
            "near",
            lambda to: Nystroem(gamma=1 / to.d, n_components=to.dimension, random_state=to.random_state),
        ),
        "pca": Control(
            "same head",
            "principal components, at most as many as samples and features allow",
            "near",
            lambda to: CappedPCA(n_components=to.dimension, random_state=to.random_state),
        ),
        "spline": Control("same head", "B-splines of each feature, the smooth form of bins", "near", _spline),
        "bins": Control("same head", "bins of equal width of each feature, one-hot", "near", _bins),
        "random_lift": Control(
            "same head",
            "the features in more dimensions, their geometry unchanged",
            "asked",
            lambda to: OrthogonalLift(n_components=to.dimension, random_state=to.random_state),
        ),
        "tanh_layer": Control(
            "same head",
            "a hidden layer of tanh with random weights",
            "asked",
            lambda to: RandomTanhLayer(n_components=to.dimension, random_state=to.random_state),
        ),
        "rbf": Control(
            "same kernel class",
            "exp(-gamma |x - y|^2); gamma is 1 / d until it is tuned",
            "samples",
            lambda to: GramMatrix(kernel=RBFKernel(gamma=1 / to.d)),
        ),
        "laplacian": Control(
            "same kernel class",
            "exp(-gamma |x - y|_1); gamma is 1 / d until it is tuned",
            "samples",
            lambda to: GramMatrix(kernel=LaplacianKernel(gamma=1 / to.d)),
        ),
        "cosine": Control(
            "same kernel class",
            "cos(x, y)^zeta, the kernel of SOAP; zeta is 2 until it is tuned",
            "samples",
            lambda _: GramMatrix(kernel=CosineKernel(zeta=2)),
        ),
        "svm": Control(
            "adaptive",
            "support vectors with the kernel exp(-gamma |x - y|^2), or another one that is given",
            "none",
            lambda to: SVC(gamma=1 / to.d, **to.arguments),
            lambda to: SVR(gamma=1 / to.d, **to.arguments),
            defaults={"kernel": "rbf"},
        ),
        "mlp": Control(
            "adaptive",
            "a network of 256 and 128 hidden units, or of the `layers` that are given",
            "none",
            lambda to: MLPClassifier(**_network(to)),
            lambda to: MLPRegressor(**_network(to)),
            defaults={"layers": (256, 128)},
        ),
        "boosting": Control(
            "adaptive",
            "boosted trees on histograms",
            "none",
            lambda to: HistGradientBoostingClassifier(random_state=to.random_state),
            lambda to: HistGradientBoostingRegressor(random_state=to.random_state),
        ),
    }
)
"""In the order in which they are shown, tier by tier."""

__all__ = ["CONTROLS", "Control", "Request", "Tier", "Width"]
