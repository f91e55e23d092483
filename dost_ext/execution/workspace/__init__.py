"""The directories that kernels work in."""
