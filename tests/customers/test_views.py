"""Identity, profiles and time line keep the promises of views, on SQLite and on PostgreSQL."""

from __future__ import annotations

from tests.promises.views import ViewPromises


class TestCustomersViews(ViewPromises):
    """`told` runs each promise on both engines."""
