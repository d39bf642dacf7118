"""Ids that were committed a moment ago, so that an SDK's retry is answered without storing the event twice.

Only a window in memory: what decides for ever is the consumer, which sees every event of the log.
"""

from __future__ import annotations

from choral.core.ids import digest

GENERATION = 100_000
_LONGEST_KEPT = 64  # characters; longer ids are kept as a digest of the whole text


class RecentIds:
    """Whole message ids by source, in two generations: between 100,000 and 200,000 of the newest are known.

    Ids are compared whole: clients' ids share long prefixes and suffixes, so no part of one may stand for it.
    """

    def __init__(self, generation: int = GENERATION) -> None:
        self._generation = generation
        self._young: dict[str, set[str]] = {}
        self._old: dict[str, set[str]] = {}
        self._count = 0

    def known(self, source: str, ids: list[str]) -> set[str]:
        """Which of the ids are known; nearly always none."""
        short = [message_id if len(message_id) <= _LONGEST_KEPT else _short(message_id) for message_id in ids]
        young, old = self._young.get(source, _NONE), self._old.get(source, _NONE)
        if young.isdisjoint(short) and old.isdisjoint(short):
            return set()
        return {whole for whole, key in zip(ids, short, strict=True) if key in young or key in old}

    def add(self, source: str, ids: list[str]) -> None:
        """Remember committed ids."""
        self._young.setdefault(source, set()).update(map(_short, ids))
        self._count += len(ids)
        if self._count > self._generation:
            self._old, self._young, self._count = self._young, {}, 0


_NONE: frozenset[str] = frozenset()


def _short(message_id: str) -> str:
    return message_id if len(message_id) <= _LONGEST_KEPT else digest(message_id).hex()
