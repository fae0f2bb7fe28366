"""Training: stages, each with its loss and its learning rate, that resume bit for bit after a kill."""
