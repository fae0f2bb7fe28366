"""Data sets of an encoding benchmark as far as they are known before anything runs."""
