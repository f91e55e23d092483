"""What every feature stands on: errors, HTTP, the database, scopes, streams."""
