"""A shop on each engine, told what to expect and then told things."""

from tests.customers.conftest import migrated, shop, told

__all__ = ["migrated", "shop", "told"]
