"""Benchmarks as a spec writes them, for tests of what becomes of them."""

from __future__ import annotations

from mlipilot.compiler.encodings.benchmark import Benchmark, benchmark
from mlipilot.compiler.encodings.cells import Factors
from mlipilot.spec.document import Spec
from mlipilot.spec.resolve import resolve
from mlipilot.spec.source import SourceFile


def spec_of(fields: str) -> Spec:
    """A spec with one block `encoding maps` of these fields; a fault fails the test."""
    found = resolve(SourceFile("maps.mlp", f'edition "2026"\nencoding maps {{\n{fields}\n}}\n'))
    assert not found.diagnostics, found.diagnostics
    return found.spec


def block_of(fields: str) -> Benchmark:
    """The benchmark of such a spec."""
    found = benchmark(spec_of(fields).blocks[0])
    assert found is not None
    return found


def factors_of(encodings: str, controls: str, more: str = "") -> Factors:
    """What is compared: `factors_of("amplitude, angle(axis = z)", "same_head(raw)")`."""
    return block_of(f"data = [wine], encodings = [{encodings}], controls = [{controls}]\n{more}").factors
