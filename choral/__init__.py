"""Choral, the omnichannel platform a retailer runs itself: every channel, one voice."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from choral.shop import Shop, open_shop

__all__ = ["Shop", "open_shop"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    if name in __all__:
        from choral import shop  # deferred: `choral --help` must not load engines

        return getattr(shop, name)
    raise AttributeError(name)
