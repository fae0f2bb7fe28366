"""Jobs on a Slurm cluster, by its own commands: what is asked, what is submitted, and what its answers mean.

Start in `engine`. A job is found by the name that its attempt had before it was submitted; no number that Slurm gives
is kept or trusted, since a controller that was killed gives a number twice.
"""
