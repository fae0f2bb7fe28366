"""What PySCF runs in place of a user's configuration, which would change labels: nothing."""
