"""Links by which anyone reads a conversation as it was when its owner shared it."""
