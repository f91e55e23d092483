"""Cuts what was read into chunks: passages that are found, shown and cited as one."""
