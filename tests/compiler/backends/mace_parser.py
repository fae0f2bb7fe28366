"""The argument parser of the installed mace-torch, loaded as one module: the package itself, and torch, stay out."""

from __future__ import annotations

import argparse
import importlib.util
import sys
import types
from functools import cache
from pathlib import Path

import pytest


@cache
def installed_parser() -> argparse.ArgumentParser:
    """What `mace_run_train` parses its options with; skips the test where MACE is not installed."""
    found = importlib.util.find_spec("mace")
    if found is None or not found.submodule_search_locations:
        pytest.skip("needs mace-torch")
    tools = Path(next(iter(found.submodule_search_locations))) / "tools"
    package = types.ModuleType("mace_tools_alone")
    package.__path__ = [str(tools)]
    sys.modules[package.__name__] = package
    name = f"{package.__name__}.arg_parser"
    spec = importlib.util.spec_from_file_location(name, tools / "arg_parser.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    parser: argparse.ArgumentParser = module.build_default_arg_parser()
    return parser
