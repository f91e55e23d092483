"""Documents: read, cut into chunks, embedded, and found again with their sources."""
