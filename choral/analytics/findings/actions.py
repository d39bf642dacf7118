"""The only writers of the room's book: put away, bring back, and what was said."""

from __future__ import annotations

from collections.abc import Sequence

from choral.analytics.findings import rules
from choral.analytics.findings.values import Finding
from choral.books import Tx
from choral.core.errors import NotFound


def put_away(tx: Tx, finding: Finding) -> None:
    """Nobody is told this finding any more, until it gets worse by a quarter or comes again after eight weeks."""
    tx.execute(
        "INSERT INTO finding_away (key, until, money, size, by, at) VALUES (%s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (key) DO UPDATE SET until = excluded.until, money = excluded.money, size = excluded.size,"
        " by = excluded.by, at = excluded.at",
        (finding.key, finding.until.isoformat(), finding.money, rules.size(finding), tx.actor.name, tx.now),
    )
    tx.audit("finding.put_away", f"finding:{finding.key}", after={"until": finding.until, "money": finding.money})


def bring_back(tx: Tx, key: str) -> None:
    """A finding is told again. Raises `NotFound` (`not_put_away`)."""
    if not tx.execute("DELETE FROM finding_away WHERE key = %s", (key,)):
        raise NotFound("not_put_away", "This finding was not put away.", fix="Look at the list.", status=404)
    tx.audit("finding.brought_back", f"finding:{key}")


def say(tx: Tx, told: Sequence[tuple[Finding, str]]) -> None:
    """Note what was told, each finding once for the same last day, with its words."""
    tx.many(
        "INSERT INTO finding_said (key, until, said_at, money, text) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (key, until) DO NOTHING",
        [(one.key, one.until.isoformat(), tx.now, one.money, text[:1000]) for one, text in told],
    )
