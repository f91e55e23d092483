"""What models may use: the tools there are, who allows a call, and what comes of it."""
