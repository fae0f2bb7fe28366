"""What a job does: one module for each kind, each a function `run(JobContext)`."""
