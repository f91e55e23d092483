"""Conversations, their trees of messages, and the runs that answer."""
