"""What a job can do, one module a kind: its parameters, its jobs, what they cost, and where they were written."""
