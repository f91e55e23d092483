"""Files that people send: pictures and texts, whole, to go with what they write."""
