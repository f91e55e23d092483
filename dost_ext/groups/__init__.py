"""Groups of accounts, with which things are shared."""
