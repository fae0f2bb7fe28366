"""The probe of a plan: a dry run of each training in a process of its own, and what it takes in time and memory.

The process that compiles asks (`request`), launches (`launch`) and keeps the answers (`cache`); it never imports
torch. The launched one (`python -m mlipilot.runtime.probe`) builds the real model on real-looking frames (`frames`)
and measures with the functions that jobs use (`trial`, `memory`).
"""

from mlipilot.runtime.probe.session import kept, probe

__all__ = ["kept", "probe"]
