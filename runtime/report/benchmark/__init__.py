"""Encoding benchmarks: claims and verdicts tier by tier, and the figures of what was measured beside them."""

from mlipilot.runtime.report.benchmark.parts import BenchmarkPart, headline, read_benchmarks
from mlipilot.runtime.report.benchmark.verdicts import GLYPHS

__all__ = ["GLYPHS", "BenchmarkPart", "headline", "read_benchmarks"]
