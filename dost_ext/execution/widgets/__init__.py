"""Widgets: what kernels say of them, kept and passed on."""
