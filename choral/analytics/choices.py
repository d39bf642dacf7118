"""A choice of orders as SQL conditions with bound values, and the days it means. Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

from choral.analytics.values import AsOf, By, Choice, Period
from choral.core.errors import InvalidInput

_LONGEST = 4_000  # steps of an axis: ten years of days


@dataclass(frozen=True)
class Days:
    """The days an answer covers, and as many just before (None where the data do not reach back so far)."""

    since: date
    until: date
    before: tuple[date, date] | None


def days(as_of: AsOf, choice: Choice) -> Days | None:
    """The chosen days; by default those of the data. None for a shop without events."""
    if choice.since and choice.until and choice.since > choice.until:
        raise InvalidInput("days_reversed", f"{choice.since} is after {choice.until}.", fix="Give the first day first.")
    if as_of.since is None or as_of.until is None:
        return None
    since = choice.since or min(as_of.since, choice.until or as_of.since)
    until = choice.until or max(as_of.until, since)
    length = until - since + timedelta(days=1)
    try:
        before = (since - length, since - timedelta(days=1))
    except OverflowError:
        return Days(since, until, None)
    return Days(since, until, before if before[0] >= as_of.since else None)


def only(choice: Choice, *allowed: str) -> Choice:
    """The choice, or `InvalidInput` when it chooses by what this answer cannot."""
    wrong = [
        one.name for one in fields(choice)
        if getattr(choice, one.name) is not None and one.name not in ("since", "until", "currency", *allowed)
    ]  # fmt: skip
    if wrong:
        raise InvalidInput(
            "choice_not_possible",
            f"This cannot be chosen by {', '.join(wrong)}.",
            "The figure is not counted by it.",
            f"Choose by days, currency or {', '.join(allowed)}; or ask for orders.",
        )
    return choice


def where(choice: Choice, as_of: AsOf, table: str = "") -> tuple[str, dict[str, object]]:
    """SQL conditions on `orders` or a table with its columns, and the bound values; lines' columns are not in it."""
    dot = f"{table}." if table else ""
    parts, params = [f"{dot}currency = $currency"], dict[str, object](currency=choice.currency or as_of.currency)
    if choice.since:
        parts.append(f'{dot}"day" >= $since')
        params["since"] = choice.since
    if choice.until:
        parts.append(f'{dot}"day" <= $until')
        params["until"] = choice.until
    if choice.channel is not None:
        parts.append(f"{dot}channel = $channel")
        params["channel"] = choice.channel
    if choice.store is not None:
        parts.append(f"coalesce({dot}store_id, '') = $store")
        params["store"] = choice.store
    if choice.customer is not None:
        if not choice.customer.isdecimal() or int(choice.customer) >= 1 << 63:
            return "false", {}
        parts.append(f"{dot}customer = $customer")
        params["customer"] = int(choice.customer)
    if choice.returned is not None:
        parts.append(f"{dot}returned = $returned")
        params["returned"] = choice.returned
    return " AND ".join(parts), params


def of_lines(choice: Choice) -> tuple[str, dict[str, object]]:
    """SQL conditions on the columns only `order_lines` has; '' when the choice does not look at lines."""
    parts, params = [], dict[str, object]()
    if choice.department is not None:
        parts.append("coalesce(department, '') = $department")
        params["department"] = choice.department
    if choice.product is not None:
        parts.append("product_id = $product")
        params["product"] = choice.product
    return " AND ".join(parts), params


def between(choice: Choice, span: tuple[date, date]) -> Choice:
    """The same choice on other days."""
    return replace(choice, since=span[0], until=span[1])


def others(as_of: AsOf, choice: Choice) -> tuple[str, ...]:
    """The currencies left out."""
    used = choice.currency or as_of.currency
    return tuple(one for one in (as_of.currency, *as_of.other_currencies) if one != used)


def axis(as_of: AsOf, by: By, since: date, until: date) -> tuple[Period, ...]:
    """The steps of a time axis; weeks begin on Monday (ISO 8601), months on the first."""
    found, start = [], first_day(by, since)
    while start <= until:
        following = next_start(by, start)
        last = following - timedelta(days=1)
        whole = start >= since and last <= until
        known = as_of.since is not None and as_of.until is not None and start >= as_of.since and last <= as_of.until
        found.append(Period(max(start, since), min(last, until), whole and known))
        start = following
        if len(found) > _LONGEST:
            raise InvalidInput("too_many_steps", "That are too many steps.", fix="Choose fewer days, weeks or months.")
    return tuple(found)


def first_day(by: By, day: date) -> date:
    """The first day of the step a day lies in."""
    if by == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if by == "month" else day


def next_start(by: By, start: date) -> date:
    """The first day of the step after the one that begins at `start`."""
    if by == "month":
        return (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    return start + timedelta(days=7 if by == "week" else 1)
