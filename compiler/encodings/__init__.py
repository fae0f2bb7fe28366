"""Benchmarks of encodings before they run: what a protocol of folds can find."""
