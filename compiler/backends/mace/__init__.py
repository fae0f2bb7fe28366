"""The model backend as this package knows it: the options of the installed mace-torch, and what they really do."""
