"""The catalogue: the database that decides."""
