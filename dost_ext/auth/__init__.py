"""Accounts, sessions, tokens, API keys, and who makes a request."""
