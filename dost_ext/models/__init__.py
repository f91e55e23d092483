"""Models and providers: what they are, how their answers stream, and the two models dost brings."""
