"""The prompt library: texts that one keeps, and may share with everyone on the server."""
