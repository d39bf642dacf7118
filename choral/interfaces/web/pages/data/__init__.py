"""Channels and data: connect, live, imports, refused events, sources, keys."""
