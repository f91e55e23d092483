"""A conversation's kernel, and what its code shows."""
