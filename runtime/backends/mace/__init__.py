"""The MACE 0.3 backend: frames and graphs in, a model and its gradients out.

`mace` is imported before `e3nn` here, because mace sets the flag without which e3nn 0.4 cannot load its own
constants on torch 2.6 and later.
"""

import mace  # noqa: F401
