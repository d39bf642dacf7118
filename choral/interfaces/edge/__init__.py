"""The edge: one HTTP server with the collector on the event loop and the pages in threads behind it."""

from choral.interfaces.edge.server import serve

__all__ = ["serve"]
