"""When a finding that was put away stays away. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from choral.analytics.findings.values import Finding

WORSE = 1.25  # times what it was
QUIET = timedelta(days=56)  # of the shop's days; what is there again after them is new


@dataclass(frozen=True)
class Away:
    """A finding as it was when it was put away."""

    key: str
    until: date
    money: int | None
    size: float
    by: str
    at: int


def size(finding: Finding) -> float:
    """How far from what was expected, as a share of it."""
    if finding.value is None or not finding.expected:
        return 0.0
    return abs(finding.value - finding.expected) / abs(finding.expected)


def stays_away(finding: Finding, away: Away) -> bool:
    """Whether it is still the same matter, and not worse by a quarter."""
    if finding.until - away.until > QUIET:
        return False
    if finding.money is not None and away.money is not None:
        turned = (finding.money < 0) != (away.money < 0)
        return not turned and abs(finding.money) <= WORSE * abs(away.money)
    return size(finding) <= WORSE * away.size
