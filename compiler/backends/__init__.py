"""What is known of model backends before any of them is imported, one package each."""
