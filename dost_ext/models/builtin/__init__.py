"""The model that dost brings: small, offline, for a first try; a child process runs it."""
