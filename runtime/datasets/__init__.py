"""Labelled configurations in splits: made with a cheap potential, or read from files.

Nothing here imports torch, so that workers that only make data start at once.
"""
