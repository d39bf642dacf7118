"""What a token opens when: pure decisions over its grants, and how its number is made."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from choral.core.clock import DAY, MINUTE, to_datetime, to_microseconds
from choral.customers.access.values import Grant, Rights

ISSUED, BLOCKED, REPLACED, RETURNED = "issued", "blocked", "replaced", "returned"
LIVE = (ISSUED, BLOCKED, REPLACED)  # a number stands for one token as long as it is not back in the drawer
STATES = (*LIVE, RETURNED)
KINDS = ("wristband", "card", "tag", "phone", "code")
PLACE_KINDS = ("area", "door", "room", "till", "perk")
OPEN_TO_ALL = frozenset({"till"})  # a reading there only says who it is; what it may pay is another question
DEEPEST = 5  # places within places
LONGEST_LOAN = 31 * DAY
FURTHEST_AHEAD = 5 * MINUTE  # a reader's clock that runs fast
FURTHEST_BACK = DAY  # a reader that was cut off
KEPT_READS = 90 * DAY
_MINUTES = 24 * 60

WORDS = {
    "open": "Come in.",
    "leaving": "Goodbye.",
    "unknown_token": "This token is not known.",
    "blocked": "This token is blocked.",
    "replaced": "This token was replaced by another.",
    "expired": "This token is no longer valid.",
    "unknown_place": "This place is not known.",
    "no_grant": "This token does not open this place.",
    "not_yet": "This token opens this place later.",
    "over": "The time in which this token opened this place is over.",
    "not_now": "This token does not open this place at this hour.",
    "no_entries_left": "All entries have been used.",
    "already_inside": "This token is inside already.",
}  # fmt: skip
# Of several reasons, the one that comes closest to yes says most.
_CLOSENESS = ("no_grant", "over", "not_yet", "not_now", "no_entries_left", "already_inside")


def new_number() -> str:
    """A number nobody can guess: 120 random bits in 24 capital letters and digits, short in a QR code."""
    return base64.b32encode(secrets.token_bytes(15)).decode()


def why_not(grant: Grant, at: int, zone: str) -> str:
    """Why a grant does not hold at a time (µs UTC) in the shop's time zone; "" when it does."""
    rights = grant.rights
    if rights.starts_at is not None and at < rights.starts_at:
        return "not_yet"
    if rights.ends_at is not None and at >= rights.ends_at:
        return "over"
    if not _in_hours(rights, to_datetime(at).astimezone(ZoneInfo(zone))):
        return "not_now"
    if rights.entries is not None and grant.used >= rights.entries:
        return "no_entries_left"
    return ""


def usable(grants: Iterable[Grant], at: int, zone: str) -> tuple[Sequence[Grant], str]:
    """The grants that hold, those that cost least first (no limit, then the one that ends soonest), and why none does.

    A grant with anti-passback comes before one without: what is to be counted must be counted.
    """
    held, reasons = [], ["no_grant"]
    for grant in grants:
        reason = why_not(grant, at, zone)
        if reason:
            reasons.append(reason)
        else:
            held.append(grant)
    held.sort(key=_price)
    return held, closest(reasons)


def closest(reasons: Iterable[str]) -> str:
    """The reason that is nearest to a yes."""
    return max(reasons, key=_CLOSENESS.index)


def end_of_day(now: int, zone: str) -> int:
    """The next midnight in the shop's time zone (µs UTC)."""
    local = to_datetime(now).astimezone(ZoneInfo(zone))
    tomorrow = (local + timedelta(days=1)).date()
    return to_microseconds(datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=ZoneInfo(zone)))


def _price(grant: Grant) -> tuple[bool, bool, int, int]:
    rights = grant.rights
    ends = rights.ends_at if rights.ends_at is not None else 1 << 62
    return rights.passback, rights.entries is not None, ends, grant.id


def _in_hours(rights: Rights, local: datetime) -> bool:
    """Hours that pass midnight belong to the day on which they began."""
    minute, day = local.hour * 60 + local.minute, local.isoweekday()
    opens = rights.opens if rights.opens is not None else 0
    closes = rights.closes if rights.closes is not None else _MINUTES
    if closes > opens:
        return opens <= minute < closes and _on(rights.days, day)
    if minute >= opens:
        return _on(rights.days, day)
    return minute < closes and _on(rights.days, (day - 2) % 7 + 1)


def _on(days: str, day: int) -> bool:
    return not days or str(day) in days
