"""The chemical elements, by symbol, with masses, lattice constants and energies of atoms.

The position of an element is its atomic number less one.
"""

_SYMBOLS = """
H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo
Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl
Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og
"""
ELEMENTS = tuple(_SYMBOLS.split())

# Standard atomic weights (CIAAW 2021, abridged); of elements without one, the longest-lived isotope's mass.
_WEIGHTS = """
1.008 4.0026 6.94 9.01218 10.81 12.011 14.007 15.999 18.9984 20.1797 22.9898 24.305 26.9815 28.085 30.9738 32.06 35.45
39.948 39.0983 40.078 44.9559 47.867 50.9415 51.9961 54.938 55.845 58.9332 58.6934 63.546 65.38 69.723 72.63 74.9216
78.971 79.904 83.798 85.4678 87.62 88.9058 91.224 92.9064 95.95 97.9072 101.07 102.906 106.42 107.868 112.414 114.818
118.71 121.76 127.6 126.904 131.293 132.905 137.327 138.905 140.116 140.908 144.242 144.913 150.36 151.964 157.25
158.925 162.5 164.93 167.259 168.934 173.054 174.967 178.49 180.948 183.84 186.207 190.23 192.217 195.084 196.967
200.592 204.38 207.2 208.98 208.982 209.987 222.018 223.02 226.025 227.028 232.038 231.036 238.029 237.048 244.064
243.061 247.07 247.07 251.08 252.083 257.095 258.098 259.101 262.11 267.122 268.126 271.134 270.133 269.134 278.156
281.165 281.166 285.177 286.182 289.19 289.194 293.204 293.208 294.214
"""
MASSES = dict(zip(ELEMENTS, map(float, _WEIGHTS.split()), strict=True))
"""In u, by symbol."""

_MULTIPLICITIES = """
2 1 2 1 2 3 4 3 2 1 2 1 2 3 4 3 2 1 2 1 2 3 4 7 6 5 4 3 2 1 2 3 4 3 2 1 2 1 2 3 6 7 6 5 4 1 2 1 2 3 4 3 2 1 2 1 2 1 4 5
6 7 8 9 6 5 4 3 2 1 2 3 4 5 6 5 4 3 2 1 2 3 4 3 2 1
"""
MULTIPLICITIES = dict(zip(ELEMENTS, map(int, _MULTIPLICITIES.split()), strict=False))
"""1 and the unpaired electrons of a free neutral atom's ground state, H to Rn (NIST Atomic Spectra Database)."""

LATTICE_CONSTANTS = {"Al": 4.05, "Cu": 3.61, "Ag": 4.09, "Au": 4.08, "Ni": 3.52, "Pd": 3.89, "Pt": 3.92}
"""Å, the edge of the cubic cell of fcc metals at room temperature (`ase.data.reference_states` of ASE 3.29)."""
_SPREAD = 0.1
"""Of a lattice constant, between methods, temperatures and some strain."""
EMT_ATOMS = {"Al": 3.28, "Cu": 3.51, "Ag": 2.96, "Au": 3.80, "Ni": 4.44, "Pd": 3.90, "Pt": 5.85}
"""eV, the energy of an isolated atom in effective-medium theory, whose zero is the crystal (ASE 3.29)."""

_THOMAS_FERMI = -20.9
"""eV: the energy of a neutral atom of nuclear charge Z is about this times Z^(7/3)."""
_DEEPEST, _HIGHEST = 1.5, 20.0
"""Times the Thomas-Fermi energy, which inner shells and relativity do not reach; eV, on the zero of any method."""


def atom_energies(element: str) -> tuple[float, float]:
    """eV: between which the energy of an isolated atom lies in any method, all electrons counted or few."""
    charge = ELEMENTS.index(element) + 1
    return _DEEPEST * _THOMAS_FERMI * charge ** (7 / 3), _HIGHEST


def may_have_lattice(element: str, edge: float) -> bool:
    """Whether the cubic cell of an element may have an edge of so many Å, as far as it is known."""
    known = LATTICE_CONSTANTS.get(element)
    return known is None or abs(edge / known - 1) <= _SPREAD
