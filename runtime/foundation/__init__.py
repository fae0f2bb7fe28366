"""What everything in this room may use: files, digests, processes, hardware, devices, and what a job is given."""
