"""Kernels in sandboxes: bubblewrap around the process, limits on what it uses."""
