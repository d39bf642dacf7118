"""What the pages of journeys are asked, read from their addresses; what is asked wrongly is left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, get_args
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from choral.analytics.journeys.door import CohortQuery, FunnelQuery, PathQuery, SequenceQuery
from choral.analytics.journeys.values import (
    Activity,
    CohortMeasure,
    CohortStart,
    Every,
    LabelBy,
    Order,
    Outcome,
    Split,
    Step,
)  # fmt: skip
from choral.interfaces.web.periods import DateRange
from choral.shop import Shop

WINDOWS = (1, 7, 30, 90, 365)
DEPTHS = (2, 3, 4, 6, 8, 10)
_MOST_TEXT = 200
_PARTS = ("event", "channel", "campaign", "about")


def path_query(request: HttpRequest, shop: Shop, period: DateRange) -> PathQuery:
    """The ways an address asks for."""
    asked = request.GET
    return PathQuery(
        by=_one_of(asked, "by", get_args(LabelBy)), start=_step(asked.get("start", "")), end=_end(asked.get("end", "")),
        depth=number(asked, "depth", DEPTHS, 4), backwards=asked.get("way") == "back",
        channel=_text(asked.get("only", "")), since=since(period), until=period.until, segment=segment(asked, shop),
    )  # fmt: skip


def funnel_query(request: HttpRequest, shop: Shop, period: DateRange) -> FunnelQuery:
    """The funnel an address asks for: `step` and `exclude` as texts, or the fields of the form."""
    asked = request.GET
    steps = [*asked.getlist("step"), *_rows(asked)]
    excluded = [text for text in asked.getlist("exclude") if text]
    split: Any = asked.get("split", "")
    order: Any = _one_of(asked, "order", get_args(Order))
    return FunnelQuery(
        tuple(_text(text) for text in steps) or shop.analytics.journeys.usual_steps(),
        float(number(asked, "window", WINDOWS, 7)), order, tuple(_text(text) for text in excluded),
        split if split in get_args(Split) else None, since(period), period.until, segment(asked, shop),
    )  # fmt: skip


def cohort_query(request: HttpRequest, shop: Shop) -> CohortQuery:
    """The cohorts an address asks for."""
    asked = request.GET
    return CohortQuery(
        _one_of(asked, "every", get_args(Every)), _one_of(asked, "activity", get_args(Activity)),
        _one_of(asked, "start", get_args(CohortStart)), _one_of(asked, "measure", get_args(CohortMeasure)),
        segment(asked, shop),
    )  # fmt: skip


def sequence_query(request: HttpRequest, shop: Shop) -> SequenceQuery:
    """The sequences an address asks for."""
    asked = request.GET
    outcome = _one_of(asked, "outcome", get_args(Outcome))
    return SequenceQuery(
        outcome, _one_of(asked, "by", get_args(LabelBy)), number(asked, "window", WINDOWS, 30),
        number(asked, "horizon", WINDOWS, 90 if outcome == "loss" else 30), number(asked, "longest", (2, 3, 4), 3),
        segment(asked, shop),
    )  # fmt: skip


def segment(asked: QueryDict, shop: Shop, key: str = "segment") -> str:
    """A segment there is, "" for everybody."""
    said = asked.get(key, "")
    return said if said in segments(shop) else ""


def segments(shop: Shop) -> list[str]:
    """What can be asked for: value segments, then audiences."""
    value = [f"value:{one.key}" for one in shop.analytics.rfm().segments if one.customers]
    return value + [f"audience:{one.key}" for one in shop.customers.audiences.list()]


def people_url(request: HttpRequest, base: str, **more: object) -> str:
    """The page of the people behind a figure: this page's question, and where in it."""
    query = [(key, value) for key, values in request.GET.lists() for value in values if value and key not in _OF_LISTS]
    named = [(key, str(value)) for key, value in more.items() if value is not None and value != ""]
    return f"{base}?{urlencode(query + named)}"


def day(text: str) -> date | None:
    """A day of an address."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def since(period: DateRange) -> date | None:
    """The first day with orders is no border: whoever was met before it counts."""
    return None if period.since == period.first else period.since


def number(asked: QueryDict, key: str, offered: Sequence[int], usual: int) -> int:
    """One of the numbers offered, else the usual one."""
    return next((one for one in offered if str(one) == asked.get(key, "")), usual)


_OF_LISTS = ("after", "sort", "density", "columns", "export", "against")


def _rows(asked: QueryDict) -> list[str]:
    """The rows of the form that say something."""
    columns = [asked.getlist(part) for part in _PARTS]
    longest = max((len(column) for column in columns), default=0)
    padded = [[*column, *[""] * (longest - len(column))] for column in columns]
    steps = [Step(*(_text(part).replace("|", " ").strip() for part in row)) for row in zip(*padded, strict=True)]
    return [step.text for step in steps if step != Step()]


def _step(text: str) -> str:
    parts = _text(text).split("|")
    return _text(text) if any(part.strip() for part in parts) and len(parts) <= len(_PARTS) else ""


def _end(text: str) -> str:
    return text if text in ("order", "none") else _step(text)


def _text(text: str) -> str:
    return text.replace("\x00", "")[:_MOST_TEXT].strip()


def _one_of(asked: QueryDict, key: str, offered: Sequence[Any]) -> Any:
    return asked[key] if asked.get(key) in offered else offered[0]
