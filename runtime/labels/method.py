"""What a label depends on besides the geometry: functional, basis, grid, thresholds."""

from __future__ import annotations

import difflib
import os
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from ase.data import chemical_symbols

from mlipilot.runtime.foundation.failures import JobFailure
from mlipilot.runtime.labels.dispersion import lack_of
from mlipilot.runtime.labels.failure import LabelFailure, Reason
from mlipilot.runtime.labels.geometry import Geometry
from mlipilot.runtime.labels.integration import keep_orbitals
from mlipilot.runtime.labels.program import pyscf
from mlipilot.spec.schema.molecules import FUNCTIONALS
from mlipilot.spec.units import BOHR

_SENT = {
    # Gaussian's: its local correlation is the RPA parametrisation of Vosko, Wilk and Nusair, libxc's 402
    "b3lyp": "b3lypg",
    "b3lyp5": "b3lyp5",
}
"""What PySCF calls a functional, where it calls it otherwise or could be configured to mean another."""


class Missing(NamedTuple):
    """Something that PySCF does not have."""

    argument: str
    """Of the method."""
    message: str
    reason: Reason = Reason.METHOD
    remedy: str = Reason.BASIS.remedy


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

    def fields(self, geometry: Geometry, memory: int) -> Callable[[], Any]:
        """What makes PySCF's field of a geometry, not converged, each time it is called; `memory` in MB.

        Raises `LabelFailure` for an element that the basis lacks.
        """
        places = geometry.coordinates / float(BOHR)
        molecule = self.molecule(geometry.numbers, places, geometry.charge, geometry.unpaired)
        return partial(self.field, molecule, unrestricted=geometry.unpaired > 0, memory=memory)

    def molecule(self, numbers: Any, positions: Any, charge: int, spin: int) -> Any:
        """PySCF's molecule: positions (N, 3) in Bohr, `spin` unpaired electrons.

        Raises `LabelFailure` for an element that the basis lacks.
        """
        gto = pyscf("gto")
        self._require(numbers)
        atoms = [(int(number), tuple(map(float, place))) for number, place in zip(numbers, positions, strict=True)]
        return gto.M(
            atom=atoms,
            unit="Bohr",
            basis=self.basis,
            ecp=dict.fromkeys(self._with_core(numbers), self.basis),
            cart=self.cartesian,
            charge=charge,
            spin=spin,
            verbose=0,
            parse_arg=False,
            dump_input=False,
            symmetry=False,
        )

    def _with_core(self, numbers: Any) -> list[str]:
        """Elements whose core the basis leaves to a potential; PySCF adds none by itself."""
        basis = pyscf("gto.basis")
        symbols = [chemical_symbols[int(number)] for number in sorted(set(numbers))]
        return [symbol for symbol in symbols if _loaded(basis.load_ecp, self.basis, symbol)]

    def _require(self, numbers: Any) -> None:
        """Raises `LabelFailure` for what the basis or its auxiliary one lacks."""
        for missing in self.lacks_of(numbers):
            raise LabelFailure(missing.reason, missing.message)

    def lacks_of(self, numbers: Iterable[int]) -> Iterator[Missing]:
        """Bases that are files, do not exist or lack an element, of atoms of these numbers."""
        basis = pyscf("gto.basis")
        for argument, what in (("basis", self.basis), ("fitting", self.fitting)):
            if what is None:
                continue
            if os.path.sep in what or Path(what).exists():
                message = f"the basis {what} is a file, whose content no key would know"
                yield Missing(argument, message, Reason.METHOD, "name a basis that PySCF has")
                continue
            symbols = [chemical_symbols[int(number)] for number in sorted(set(numbers))]
            lacking = [symbol for symbol in symbols if not _loaded(basis.load, what, symbol)]
            if lacking == symbols and _plain(what) not in basis.ALIAS:
                remedy = _nearest(_plain(what), basis.ALIAS) or "name one by its name in PySCF, such as `def2-svp`"
                yield Missing(argument, f"PySCF has no basis `{what}`", Reason.BASIS, remedy)
            elif lacking:
                yield Missing(argument, f"the basis {what} has no {', '.join(lacking)}", Reason.BASIS)

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
            # by its own name: what PySCF is sent is not what the parameters are listed under
            field.disp = f"{self.dispersion}:{self.functional}"
        if self.fitting is not None:
            field = field.density_fit(auxbasis=self.fitting)
        field.conv_tol, field.conv_tol_grad = self.conv_tol, self.conv_tol_grad
        field.max_cycle, field.max_memory, field.verbose = self.max_cycle, memory, 0
        field.chkfile = None
        if self.is_dft:
            keep_orbitals(field)
        return field

    def gradient(self, field: Any) -> Any:
        """Hartree/Bohr, shape (N, 3), of a converged field, with what the grid gives as it moves with the atoms."""
        gradient = field.nuc_grad_method()
        gradient.verbose = 0
        if self.is_dft:
            gradient.grid_response = True
        return gradient.kernel()

    def require(self) -> None:
        """Raises `JobFailure` MLP0825 for a functional or a dispersion that PySCF does not have."""
        for missing in self.lacks():
            raise JobFailure("MLP0825", missing.message, missing.remedy)

    def lacks(self) -> Iterator[Missing]:
        """A functional or a dispersion that PySCF does not have."""
        if self.is_dft:
            try:
                if not self.xc.strip():
                    raise KeyError("it is empty")
                pyscf("dft.libxc").parse_xc(self.xc)
                pyscf("dft.dft_parser").parse_dft(self.xc)
            except (KeyError, ValueError, NotImplementedError) as error:
                message = f"PySCF has no functional `{self.functional}`: {str(error).strip(chr(39))}"
                libxc = pyscf("dft.libxc")
                near = _nearest(self.functional, [*FUNCTIONALS, *map(str.lower, [*libxc.XC_ALIAS, *libxc.XC_CODES])])
                remedy = near or "name one by its name in PySCF, such as `b3lyp`"
                yield Missing("functional", message, remedy=remedy)
                return
        if self.dispersion is not None and (lack := lack_of(self.dispersion, self.functional)):
            message, remedy = lack
            yield Missing("dispersion", message, remedy=remedy)

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


def _plain(name: str) -> str:
    """The name of a basis as PySCF looks it up."""
    return re.sub(r"[-_ ]", "", name.lower())


def _nearest(name: str, known: Iterable[str]) -> str:
    found = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean `{found[0]}`?" if found else ""


def _loaded(load: Callable[[str, str], Any], name: str, symbol: str) -> bool:
    """Whether PySCF has something under a name for an element."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that another package has more bases
            return bool(load(name, symbol))
    except (KeyError, RuntimeError, OSError):
        return False
