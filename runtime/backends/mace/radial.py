"""The radial networks, evaluated once for each pair of atoms instead of once for each edge.

They depend on the distance alone, which the two edges of a pair share, and they are where eager MACE spends most
of a training step: its double backward writes a dozen arrays of (edges, width) for every activation.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from mlipilot.runtime.backends.mace.graphs import Batch


class RadialNetworks:
    """The radial networks of a model's interactions."""

    def __init__(self, model: Any) -> None:
        self._networks = [interaction.conv_tp_weights for interaction in model.interactions]

    @contextmanager
    def on_pairs(self, batch: Batch) -> Iterator[None]:
        """Within the block the model, given `batch`, evaluates its radial networks on pairs.

        Values are those of the plain model up to rounding. The networks themselves are as they were afterwards, so
        that a model saved later is the stock one.
        """
        for network in self._networks:
            network.__dict__["forward"] = _Paired(network, batch)
        try:
            yield
        finally:
            for network in self._networks:
                del network.__dict__["forward"]


class _Paired:
    def __init__(self, network: torch.nn.Module, batch: Batch) -> None:
        self._layers: list[Any] = list(network.children())
        self._batch = batch

    def __call__(self, features: torch.Tensor) -> torch.Tensor:
        """Weights of each edge, from the features (edges, radial basis) of each edge."""
        x = features.index_select(0, self._batch.pair_edge)
        factor = 1.0
        for layer in self._layers:
            # e3nn divides the weights by sqrt(fan-in) and multiplies the activation by a constant that makes its
            # second moment one; the constant is taken into the next layer's weights, which spares a pass.
            x = x @ (layer.weight * (factor / (layer.h_in * layer.var_in / layer.var_out) ** 0.5))
            factor = 1.0
            if layer.act is not None:
                x = silu(x)
                factor = layer.act.cst
        x = x if factor == 1.0 else x * factor
        return x.index_select(0, self._batch.edge_pair)


def silu(x: torch.Tensor) -> torch.Tensor:
    """x * sigmoid(x), with first and second derivatives in few passes over memory."""
    value: torch.Tensor = _Silu.apply(x)
    return value


class _Silu(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(x)
        return torch.nn.functional.silu(x)

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> torch.Tensor:
        (x,) = ctx.saved_tensors
        value: torch.Tensor = _SiluGradient.apply(gradients[0], x)
        return value


class _SiluGradient(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, gradient: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(gradient, x)
        value: torch.Tensor = torch.ops.aten.silu_backward(gradient, x)
        return value

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        gradient, x = ctx.saved_tensors
        outer = gradients[0]
        # With s = sigmoid(x): silu'' = s (1 - s) (2 + x (1 - 2 s)).
        s = torch.sigmoid(x)
        curvature = torch.addcmul(x, x, s, value=-2).add_(2)
        curvature.mul_(torch.addcmul(s, s, s, value=-1)).mul_(gradient).mul_(outer)
        return torch.ops.aten.silu_backward(outer, x), curvature
