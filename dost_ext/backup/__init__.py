"""A backup is one file with everything that dost keeps; restoring it is all or nothing."""
