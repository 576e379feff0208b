"""What the environment of every kernel says."""

SETTINGS = {
    # One thread each: the same bytes on every machine, and no fight for cores between kernels.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # Kernels say nothing of a debugger that nobody has asked for.
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    # Nobody looks at a page while it is made.
    "TQDM_DISABLE": "1",
}
