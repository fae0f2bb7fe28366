"""Encodings compared with controls on the same folds: differences, and their verdicts in a declared family."""
