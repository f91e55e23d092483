"""Turns texts into vectors that lie near each other where their meanings do."""
