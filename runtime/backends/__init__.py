"""Model backends, one package each."""
