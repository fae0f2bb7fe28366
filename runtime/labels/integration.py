"""The numerical integration of a functional, with the orbitals' values on the grid kept from cycle to cycle.

PySCF computes them anew in each cycle, which is a third of its time for a small molecule. They do not change: what is
kept gives the same bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlipilot.runtime.labels.program import pyscf

_SHARE = 0.4
"""Of a process's memory that kept values may take."""
_MOST_DERIVATIVES = 1
"""What cycles need; gradients ask for more, once."""


def keep_orbitals(field: Any) -> None:
    """Let a field that is not converged keep the values of its orbitals, where they fit into its memory."""
    field._numint = _integration(int(_SHARE * field.max_memory * 1e6))


def forget_orbitals(field: Any) -> None:
    """Give back what a field kept."""
    plain = field.undo_newton() if hasattr(field, "undo_newton") else field
    if hasattr(plain, "_numint"):
        plain._numint = pyscf("dft.numint").NumInt()


def _integration(most: int) -> Any:
    """PySCF's integration that keeps at most so many bytes."""
    plain = pyscf("dft.numint").NumInt

    class Keeping(plain):  # type: ignore[misc, valid-type]
        """Blocks of one grid, in the order in which they are asked for."""

        def block_loop(
            self, mol: Any, grids: Any, nao: int | None = None, deriv: int = 0, *given: Any, **named: Any
        ) -> Iterator[Any]:
            if grids.coords is None:
                grids.build(with_non0tab=True)
            functions = mol.nao if nao is None else nao
            components = (deriv + 1) * (deriv + 2) * (deriv + 3) // 6
            size = 8 * components * functions * len(grids.coords)
            if size > most or deriv > _MOST_DERIVATIVES:
                yield from super().block_loop(mol, grids, nao, deriv, *given, **named)
                return
            asked = (mol, grids.coords, deriv)
            known = self.__dict__.get("_kept")
            if known is None or any(one is not other for one, other in zip(known[0], asked, strict=True)):
                found = super().block_loop(mol, grids, nao, deriv, *given, **named)
                # a block's values stand in a buffer that the next block overwrites
                blocks = [(values.copy(order="K"), *rest) for values, *rest in found]
                self._kept = known = (asked, blocks)
            yield from known[1]

    return Keeping()
