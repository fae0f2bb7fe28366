"""Processes of one thread each: cores are worth more on jobs side by side than within one."""

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"), "1")
"""What a process's environment says for it; read by libraries as they are loaded."""
