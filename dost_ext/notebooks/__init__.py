"""Conversations as files: what leaves dost, and what comes in from dost and elsewhere."""
