"""The model: a ScaleShiftMACE as stock `model: MACE` builds it, and the file that stock tools load.

The construction order is stock MACE's, so that the same seed draws the same initial parameters.
"""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import torch
from e3nn import o3
from mace import modules
from mace.modules.symmetric_contraction import Contraction

from mlipilot.compiler.operations.train import ModelParameters
from mlipilot.runtime.backends.mace.normalisation import Normalisation
from mlipilot.runtime.foundation.atomic_files import write_durably
from mlipilot.runtime.foundation.failures import JobFailure

DTYPES = {"float32": torch.float32, "float64": torch.float64}
HEADS = ["Default"]


def build_model(settings: ModelParameters, normalisation: Normalisation) -> torch.nn.Module:
    """A model with parameters drawn from torch's global generator, on the CPU, in the default dtype."""
    hidden = (settings.channels * o3.Irreps.spherical_harmonics(settings.max_L)).sort().irreps.simplify()
    architecture: Any = modules.ScaleShiftMACE  # annotated for one head alone; stock MACE passes lists
    model: torch.nn.Module = architecture(
        r_max=settings.r_max,
        num_bessel=settings.radial_basis,
        num_polynomial_cutoff=settings.cutoff_basis,
        max_ell=settings.max_ell,
        interaction_cls=modules.interaction_classes["RealAgnosticResidualInteractionBlock"],
        interaction_cls_first=modules.interaction_classes["RealAgnosticInteractionBlock"],
        num_interactions=settings.interactions,
        num_elements=len(normalisation.elements),
        hidden_irreps=o3.Irreps(hidden),
        MLP_irreps=o3.Irreps(f"{settings.readout}x0e"),
        atomic_energies=np.array([normalisation.e0]),
        avg_num_neighbors=normalisation.average_neighbours,
        atomic_numbers=list(normalisation.elements),
        correlation=settings.correlation,
        gate=modules.gate_dict["silu"],
        pair_repulsion=settings.pair_repulsion,
        use_reduced_cg=False,
        radial_MLP=list(settings.radial_mlp),
        radial_type="bessel",
        heads=list(HEADS),
        atomic_inter_scale=[normalisation.scale],
        atomic_inter_shift=[0.0],
    )
    if settings.correlation == 1:
        _lay_out(model)
    return model


def _lay_out(model: torch.nn.Module) -> None:
    """Have contractions of one factor give tensors that MACE can view as rows.

    mace-torch 0.3.16 takes whatever layout the contraction's last product has, and for one element and vectors stops
    with "view size is not compatible". Values, and so results, stay what they are.
    """
    for module in model.modules():
        if isinstance(module, Contraction):
            graph = module.graph_opt_main.graph
            (end,) = (node for node in graph.nodes if node.op == "output")
            with graph.inserting_before(end):
                end.args = (graph.call_method("contiguous", (end.args[0],)),)
            module.graph_opt_main.recompile()


def parameter_groups(model: Any, weight_decay: float) -> list[dict[str, Any]]:
    """MACE's parameter groups: weight decay on the interactions' linear maps and on the products alone."""
    decayed: list[torch.nn.Parameter] = []
    free: list[torch.nn.Parameter] = []
    for name, parameter in model.interactions.named_parameters():
        (decayed if "linear.weight" in name or "skip_tp_full.weight" in name else free).append(parameter)
    return [
        {"name": "embedding", "params": list(model.node_embedding.parameters()), "weight_decay": 0.0},
        {"name": "interactions_decay", "params": decayed, "weight_decay": weight_decay},
        {"name": "interactions_no_decay", "params": free, "weight_decay": 0.0},
        {"name": "products", "params": list(model.products.parameters()), "weight_decay": weight_decay},
        {"name": "readouts", "params": list(model.readouts.parameters()), "weight_decay": 0.0},
    ]


def save_model(model: torch.nn.Module, path: Path) -> None:
    """Write the whole module, on the CPU, as stock MACE does; durable and never half written."""
    device = next(model.parameters()).device
    try:
        write_durably(path, lambda stream: torch.save(model.cpu(), stream))
    finally:
        model.to(device)


def load_model(path: Path, device: str = "cpu") -> torch.nn.Module:
    """A saved module. Raises `JobFailure` MLP0816 where the file is none."""
    try:
        model = torch.load(path, map_location=device, weights_only=False)
    except (OSError, RuntimeError, EOFError, AttributeError, ImportError, pickle.UnpicklingError) as error:
        raise JobFailure("MLP0816", f"{path.name} cannot be loaded as a MACE model: {error}") from error
    if not isinstance(model, torch.nn.Module):
        raise JobFailure("MLP0816", f"{path.name} holds a {type(model).__name__}, not a model")
    return model
