"""What a label depends on besides the geometry: functional, basis, grid, thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlipilot.runtime.labels.program import pyscf

_SENT = {
    # Gaussian's: its local correlation is the RPA parametrisation of Vosko, Wilk and Nusair, libxc's 402
    "b3lyp": "b3lypg",
    "b3lyp5": "b3lyp5",
}
"""What PySCF calls a functional, where it calls it otherwise or could be configured to mean another."""


@dataclass(frozen=True)
class Method:
    """A method and how well it is converged."""

    functional: str
    """By the name that a spec has; `hf` is Hartree-Fock."""
    basis: str
    cartesian: bool = False
    """Whether d functions and higher are Cartesian: six d functions instead of five."""
    fitting: str | None = None
    """The auxiliary basis that Coulomb and exchange are fitted in; None: no density fitting."""
    grid: int = 3
    """PySCF's level, 0 to 9."""
    pruning: str | None = "nwchem"
    """Of the grid's angular points near a nucleus; None: all are kept."""
    dispersion: str | None = None
    """`d3bj`, `d3zero` or `d4`."""
    conv_tol: float = 1e-10
    """Hartree, between two cycles."""
    conv_tol_grad: float = 1e-6
    """Hartree, norm of the orbital gradient."""
    max_cycle: int = 100
    """Of a step of the ladder."""

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Method:
        """Of a plan's parameters."""
        return cls(**params)

    @property
    def is_dft(self) -> bool:
        """Whether there is a functional, and a grid to integrate it on."""
        return self.functional != "hf"

    @property
    def xc(self) -> str:
        """The functional as PySCF is asked for it."""
        return _SENT.get(self.functional, self.functional)

    def molecule(self, numbers: Any, positions: Any, charge: int, spin: int) -> Any:
        """PySCF's molecule: positions (N, 3) in Bohr, `spin` unpaired electrons. Raises what PySCF raises."""
        gto = pyscf("gto")
        atoms = [(int(number), tuple(map(float, place))) for number, place in zip(numbers, positions, strict=True)]
        return gto.M(
            atom=atoms,
            unit="Bohr",
            basis=self.basis,
            cart=self.cartesian,
            charge=charge,
            spin=spin,
            verbose=0,
            parse_arg=False,
            dump_input=False,
            symmetry=False,
        )

    def field(self, molecule: Any, *, unrestricted: bool, memory: int) -> Any:
        """PySCF's self-consistent field of a molecule, not converged; `memory` in MB."""
        if self.is_dft:
            dft = pyscf("dft")
            field = dft.UKS(molecule) if unrestricted else dft.RKS(molecule)
            field.xc = self.xc
            field.grids.level = self.grid
            field.grids.prune = None if self.pruning is None else getattr(dft.gen_grid, f"{self.pruning}_prune")
        else:
            scf = pyscf("scf")
            field = scf.UHF(molecule) if unrestricted else scf.RHF(molecule)
        if self.dispersion is not None:
            field.disp = self.dispersion
        if self.fitting is not None:
            field = field.density_fit(auxbasis=self.fitting)
        field.conv_tol, field.conv_tol_grad = self.conv_tol, self.conv_tol_grad
        field.max_cycle, field.max_memory, field.verbose = self.max_cycle, memory, 0
        field.chkfile = None
        return field

    def gradient(self, field: Any) -> Any:
        """Hartree/Bohr, shape (N, 3), of a converged field, with what the grid gives as it moves with the atoms."""
        gradient = field.nuc_grad_method()
        gradient.verbose = 0
        if self.is_dft:
            gradient.grid_response = True
        return gradient.kernel()

    def described(self) -> dict[str, Any]:
        """What says of a label how it was made, as JSON."""
        pieces: dict[str, Any] = {
            "functional": self.functional,
            "basis": self.basis,
            "d_functions": "cartesian" if self.cartesian else "spherical",
        }
        if self.is_dft:
            hybrid, functionals = pyscf("dft.libxc").parse_xc(self.xc)
            pieces["libxc"] = [[int(number), float(share)] for number, share in functionals]
            pieces["exact_exchange"] = [float(share) for share in hybrid]
            pieces["grid"] = self.grid
            pieces["pruning"] = self.pruning or "none"
        pieces |= {"fitting": self.fitting or "none", "dispersion": self.dispersion or "none"}
        pieces |= {"conv_tol": self.conv_tol, "conv_tol_grad": self.conv_tol_grad}
        return pieces
