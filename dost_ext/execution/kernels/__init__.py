"""Kernels: who has which, how they start, live and end."""
