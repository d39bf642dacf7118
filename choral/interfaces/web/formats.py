"""Numbers, money, days and times as the reader's language writes them; times in the zone of the shop."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
)
from django.utils.translation import get_language

from choral.core.clock import SECOND, SYSTEM_CLOCK, to_datetime
from choral.core.money import Money
from choral.shop import current_shop

Number = int | float | Decimal


def number(value: Number, decimals: int = 0) -> str:
    """1,234 or 1 234; at most so many decimals."""
    return str(format_decimal(value, locale=_locale(), format=_pattern(decimals)))


def compact(value: Number) -> str:
    """1.2K: for tiles, where the exact number stands elsewhere."""
    return str(format_compact_decimal(value, locale=_locale(), fraction_digits=1))


def percent(share: float, decimals: int = 1) -> str:
    """A share (0.123) as 12.3%."""
    return str(format_percent(round(share, decimals + 2), locale=_locale(), decimal_quantization=False))


def money(value: Money) -> str:
    """€1,234.56 or 1 234,56 €."""
    return str(format_currency(value.major, value.currency, locale=_locale()))


def compact_money(value: Money) -> str:
    """€1.2M: for tiles, where the exact amount stands elsewhere."""
    shortest = 1_000_000 if _locale().language == "it" else 10_000  # Italian has no short word for a thousand
    if abs(value.major) < shortest:
        return money(value)
    return str(format_compact_currency(value.major, value.currency, locale=_locale(), fraction_digits=2))


def rounded_money(value: Money) -> str:
    """€585 or €22.1K: an estimate, with three digits at most."""
    major = Decimal(f"{float(value.major):.3g}")
    if abs(major) >= 1_000 and (abs(major) >= 1_000_000 or _locale().language != "it"):
        return str(format_compact_currency(major, value.currency, locale=_locale(), fraction_digits=2))
    whole = major == major.to_integral_value()
    return str(format_currency(round(major) if whole else major, value.currency, locale=_locale(),
                               decimal_quantization=not whole))  # fmt: skip


def day(value: date) -> str:
    """24 nov. 2026."""
    return str(format_date(value, "medium", locale=_locale()))


def moment(microseconds: int) -> str:
    """Day and time in the shop's zone, with the zone's name: 24 nov. 2026, 21:15 (UTC+1)."""
    here = local(microseconds)
    return f"{format_datetime(here, 'medium', locale=_locale())} {here.tzname()}"


def short_moment(microseconds: int) -> str:
    """Day and time without seconds and zone, for columns whose head says the zone."""
    here = local(microseconds)
    return f"{format_date(here, 'medium', locale=_locale())} {format_time(here, 'short', locale=_locale())}"


def ago(microseconds: int, now: int | None = None) -> str:
    """3 minutes ago; the exact time belongs beside it."""
    seconds = (microseconds - (SYSTEM_CLOCK.now() if now is None else now)) / SECOND
    return str(format_timedelta(timedelta(seconds=seconds), add_direction=True, locale=_locale()))


def local(microseconds: int) -> datetime:
    """The moment in the shop's zone."""
    return to_datetime(microseconds).astimezone(ZoneInfo(current_shop().home.time_zone))


@lru_cache(maxsize=8)
def _parse(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))


def _locale() -> Locale:
    return _parse(get_language() or "en")


def _pattern(decimals: int) -> str:
    return "#,##0" + (f".{'#' * decimals}" if decimals else "")
