"""Answers that rest on documents: what a turn names, what of it a model reads, what it may cite."""
