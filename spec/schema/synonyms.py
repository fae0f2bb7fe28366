"""The words that other tools use for what is ours, as data: spec, lint and search look them up here alone.

Case and separators do not matter. A word stands here only where it means the same: `friction` is no other name of
`relaxation`. The options of a model backend are in the schema table, each beside its field (`FieldSchema.option`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

FIELDS: Mapping[str, tuple[str, ...]] = {
    "question": ("title", "description", "goal", "hypothesis"),
    "element": ("symbol", "species", "metal"),
    "lattice": ("a0", "lattice_constant", "lattice_parameter"),
    "repeats": ("supercell", "repeat"),
    "files": ("data_files", "all_files", "filenames", "file_names"),
    "train": ("train_files", "training", "training_file", "training_set"),
    "valid": ("val", "validation", "val_file", "validation_file", "dev"),
    "test": ("test_files", "test_set"),
    "sealed": ("holdout", "hold_out", "held_out"),
    "split": ("splits", "partition"),
    "energy": ("energy_name",),
    "forces": ("force_key", "forces_name"),
    "stress": ("stress_name",),
    "virial": ("virials", "virial_key", "virials_key"),
    "isolated": ("isolated_config_type",),
    "select": ("include", "config_types"),
    "exclude": ("ignore", "ignored_config_types"),
    "every": ("stride", "every_nth", "sample_every"),
    "units": ("unit_system", "unit_style"),
    "types": ("type_map", "atom_types"),
    "number": ("n_blocks", "num_blocks"),
    "gap": ("embargo",),
    "r_max": ("cutoff", "r_cut", "r_cutoff", "cutoff_radius", "max_radius"),
    "channels": ("hidden_irreps", "hidden_channels", "n_channels", "num_features", "n_features"),
    "max_ell": ("l_max",),
    "correlation": ("correlation_order",),
    "interactions": ("layers", "num_layers", "n_layers", "n_interactions"),
    "radial_basis": ("num_bessel", "num_bessels", "n_rbf", "num_rbf"),
    "precision": ("dtype", "float_type"),
    "e0": ("atomic_energies", "isolated_energies", "atom_energies"),
    "data": ("dataset", "data_set"),
    "batch": ("train_batch_size", "minibatch"),
    "valid_batch": ("val_batch_size", "validation_batch_size", "eval_batch_size"),
    "clip": ("max_grad_norm", "gradient_clip_val", "grad_clip", "clip_norm", "gradient_clipping"),
    "patience": ("early_stopping", "early_stopping_patience"),
    "seeds": ("random_seeds",),
    "seed": ("random_seed", "random_state", "rng_seed"),
    "epochs": ("max_epochs", "num_epochs", "n_epochs"),
    "lr": ("learning_rate", "initial_lr"),
    "loss": ("loss_fn", "loss_function", "criterion"),
    "scheduler": ("lr_scheduler", "lr_schedule"),
    "potential": ("calculator", "calc"),
    "start": ("initial_structures", "structures"),
    "temperature": ("temp", "temperature_K"),
    "timestep": ("dt", "time_step"),
    "duration": ("total_time", "simulation_time", "run_time"),
    "replicas": ("n_replicas",),
    "relaxation": ("tau", "tau_t", "time_constant"),
    "confidence": ("confidence_level",),
    "wall": ("wall_time", "time_limit", "timeout"),
    "device_time": ("gpu_time", "gpu_hours"),
    "trials": ("n_trials", "max_trials"),
    "tokens": ("max_tokens",),
    "money": ("cost", "max_cost", "dollars", "usd"),
    "workers": ("n_jobs", "jobs", "num_workers", "n_workers"),
    "threads": ("num_threads", "n_threads", "omp_num_threads", "cores", "cpus"),
    "proposer": ("sampler", "optimizer", "optimiser", "algorithm"),
    "controls": ("baselines",),
    "alpha": ("significance",),
}
"""Names of fields, and of arguments."""
WORDS: Mapping[str, tuple[str, ...]] = {
    "dataset": ("data",),
    "training": ("trainer",),
    "dynamics": ("md", "simulation"),
    "search": ("search_space", "space", "hyperparameters"),
    "scorecard": ("criteria",),
    "pilot": ("tuner", "campaign"),
    "budget": ("limits",),
    "engine": ("executor", "resources"),
    "stage": ("phase",),
    "files": ("extxyz", "xyz", "file"),
    "emt_supercells": ("emt",),
    "molecules": ("molecule", "qm"),
    "by_molecule": ("by_molecules",),
    "normal_modes": ("normal_mode", "vibrations", "nms"),
    "gaussian": ("rattle", "normal", "random_displacements"),
    "by_group": ("group_split", "by_groups", "by_key"),
    "by_file": ("by_files",),
    "by_frame": ("by_frames", "by_configuration"),
    "blocks": ("by_block", "by_blocks"),
    "tension": ("tensile",),
    "compression": ("compressive",),
    "nvt": ("langevin", "canonical"),
    "nve": ("verlet", "microcanonical"),
    "valid": ("val", "validation", "dev"),
    "cuda": ("gpu", "nvidia", "rocm"),
    "float64": ("double", "fp64"),
    "float32": ("single", "fp32"),
    "average": ("mean",),
    "isolated": ("isolated_atom", "isolated_atoms"),
    "weighted": ("mse",),
    "l1l2": ("l1l2energyforces",),
    "plateau": ("reduce_on_plateau", "ReduceLROnPlateau"),
    "exponential": ("ExponentialLR",),
    "random": ("random_search",),
    "grid": ("grid_search",),
    "tpe": ("optuna", "bayesian", "hyperopt"),
    "choice": ("categorical", "one_of"),
    "int": ("integer", "randint"),
    "uniform": ("float", "real"),
    "standard": ("StandardScaler",),
    "minmax": ("MinMaxScaler",),
    "robust": ("RobustScaler",),
    "energy_mae": ("mae_energy", "mae_e"),
    "energy_rmse": ("rmse_energy", "rmse_e"),
    "relative_energy_rmse": ("conformer_rmse", "conformational_energy_rmse", "rmse_relative_energy"),
    "force_mae": ("mae_force", "mae_forces", "mae_f"),
    "force_rmse": ("rmse_force", "rmse_forces", "rmse_f"),
    "relative_force_rmse": ("rel_f_rmse", "relative_f_rmse", "rmse_relative_force"),
    "stress_mae": ("mae_stress",),
    "stress_rmse": ("rmse_stress",),
}
"""Kinds and tags of blocks, values, calls and metrics."""

ABSENT: Mapping[str, str] = {
    **dict.fromkeys(("npt", "nph", "npe", "isobaric"), "no run holds the pressure constant"),
    **dict.fromkeys(("muvt", "gcmc", "grand_canonical"), "no run changes the number of atoms"),
    **dict.fromkeys(
        ("valid_fraction", "val_fraction", "test_fraction", "val_size", "test_size", "val_ratio", "test_ratio"),
        "the `split` of a `dataset : files` draws shares of its `files`, such as `split = by_frame(valid = 5 %)`",
    ),
    "metal": "LAMMPS's `metal` is `dft(energy = eV, length = Å)`, with pressures in `bar`",
    "real": "LAMMPS's `real` is `dft(energy = kcal/mol, length = Å)`, with pressures in `atm`",
    **dict.fromkeys(("float16", "bfloat16", "half", "fp16", "bf16"), "no model is trained at half precision"),
}
"""Words that other tools know and that nothing here means, with the reason."""


def absent(word: str) -> str:
    """Why nothing here is what another tool's word means; empty where that is not known."""
    return _absent().get(_plain(word), "")


def synonym(word: str, known: Iterable[str]) -> str | None:
    """The known word that another tool's `word` means; None where it means none of them, or more than one."""
    meant = {ours for ours in _ours().get(_plain(word), ()) if ours in set(known)}
    return meant.pop() if len(meant) == 1 else None


@cache
def _absent() -> dict[str, str]:
    return {_plain(word): reason for word, reason in ABSENT.items()}


@cache
def _ours() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for table in (FIELDS, WORDS):
        for ours, others in table.items():
            for other in others:
                found[_plain(other)] = (*found.get(_plain(other), ()), ours)
    return found


def _plain(word: str) -> str:
    return word.replace("_", "").replace("-", "").casefold()


__all__ = ["ABSENT", "FIELDS", "WORDS", "absent", "synonym"]
