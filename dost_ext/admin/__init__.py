"""Running the server: its accounts and its settings."""
