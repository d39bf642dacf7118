"""The connector of a small budget: files with a table in them, read as they are."""
