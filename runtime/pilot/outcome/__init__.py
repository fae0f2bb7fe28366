"""What a campaign came to, read from its record alone: for the terminal, `status` and the report."""
