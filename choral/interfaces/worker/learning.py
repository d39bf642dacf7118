"""The learning third of the worker's round: purchases sorted by customer, and the models learnt from them.

It has a lane of its own, so that half a minute of learning holds up neither the time line nor the figures.
"""

from __future__ import annotations

import time

from choral.shop import Shop

_PURCHASES_SHARE = 5.0  # no more than a fifth of the time is spent on sorting purchases,
_MODELS_SHARE = 30.0  # a thirtieth on learning,
_MODELS_REST = 600.0  # and the models are learnt anew every ten minutes (s) at most: tastes do not change by the minute
_PATIENCE = 300.0  # as long (s) they wait for a moment in which nothing else has to be done


class Learning:
    """Keeps purchases and models after the lake."""

    def __init__(self, shop: Shop) -> None:
        self._shop, self._customers = shop, shop.customers
        self._purchases_due = self._models_due = 0.0
        self._quiet_at = time.monotonic()

    def sort_purchases(self) -> bool:
        """Bring the purchases view up to the lake when it is time; whether it changed."""
        begun = time.monotonic()
        if begun < self._purchases_due or not self._quiet(begun):
            return False
        changed = self._customers.purchases.refresh()
        changed = self._customers.traits.refresh() or changed
        self._purchases_due = time.monotonic() + _PURCHASES_SHARE * (time.monotonic() - begun)
        return changed

    def _quiet(self, now: float) -> bool:
        """Whether time line and figures are up to the log, or have not been for so long that it does not matter."""
        status = self._customers.status()
        if status.waiting == 0 and self._shop.analytics.as_of().position >= status.position:
            self._quiet_at = now
            return True
        return now - self._quiet_at > _PATIENCE

    def learn(self) -> bool:
        """Learn anew when purchases or identity have moved and it is time; whether it was done."""
        begun = time.monotonic()
        version = self._customers.identity_version()
        recommend = self._customers.recommend
        first = recommend.trained() is None
        if (begun < self._models_due and not first) or not recommend.stale(version):
            return False
        recommend.train(self._customers.identity_map(), version)
        took = time.monotonic() - begun
        self._models_due = time.monotonic() + max(_MODELS_REST, _MODELS_SHARE * took)
        return True
