"""Keeps out who asked never to come back: their events count for nobody, and the log forgets them again soon."""

from __future__ import annotations

from collections.abc import Iterable

from choral.customers.privacy import queries, tombstones
from choral.home import Home


def barred_among(home: Home, identifiers: Iterable[str]) -> frozenset[str]:
    """Those of these identifiers that must not come in; nearly always none, and then nothing is hashed."""
    known = queries.barred()
    if not known:
        return frozenset()
    return frozenset(one for one in set(identifiers) if tombstones.hashed(home.secret, [one])[0] in known)
