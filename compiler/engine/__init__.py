"""The engine of a plan: which of a spec's, its settings, and what each kind of job needs of it."""
