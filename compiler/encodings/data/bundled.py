"""The sets that scikit-learn carries, as it has them."""

from __future__ import annotations

from mlipilot.compiler.encodings.data.sample_facts import SampleFacts

BUNDLED = {
    "iris": SampleFacts(150, 4, "classes", (50, 50, 50)),
    "wine": SampleFacts(178, 13, "classes", (59, 71, 48)),
    "breast_cancer": SampleFacts(569, 30, "classes", (212, 357)),
    "digits": SampleFacts(1797, 64, "classes", (178, 182, 177, 183, 181, 182, 181, 179, 174, 180)),
    "diabetes": SampleFacts(442, 10, "numbers", deviation=77.00574586945044),
}

__all__ = ["BUNDLED"]
