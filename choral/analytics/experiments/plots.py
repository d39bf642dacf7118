"""The pictures of experiments as Altair charts; needs the `notebook` extra."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from choral.core.money import minor_digits

if TYPE_CHECKING:
    from choral.analytics.experiments.values import ChannelEffect, Interval, ReadOut, Unit


def experiment(altair: Any, found: ReadOut) -> Any:
    """Each arm's effect in the primary outcome with its interval; money in major units."""
    rows = [
        {"arm": one.arm} | _scaled(one.interval, result.unit, found.currency)
        for result in found.outcomes
        if result.primary
        for one in result.comparisons
        if one.interval is not None
    ]
    return _forest(altair, rows, "arm", found.experiment.plan.primary)


def channels(altair: Any, found: tuple[ChannelEffect, ...], currency: str) -> Any:
    """What each channel brings per treated customer, with its interval; money in major units."""
    unit: Unit = "money" if found and found[0].measure == "sales" else "number"
    rows = [{"channel": one.channel} | _scaled(one.interval, unit, currency) for one in found]
    return _forest(altair, rows, "channel", found[0].measure if found else "")


def _scaled(interval: Interval, unit: Unit, currency: str) -> dict[str, float]:
    scale = 0.1 ** minor_digits(currency) if unit == "money" and currency else 1.0
    return {"effect": interval.effect * scale, "low": interval.low * scale, "high": interval.high * scale}


def _forest(altair: Any, rows: list[dict[str, Any]], name: str, title: str) -> Any:
    base = altair.Chart(altair.Data(values=rows)).encode(y=altair.Y(f"{name}:N", title=None))
    line = base.mark_rule().encode(x=altair.X("low:Q", title=f"Effect per customer: {title}"), x2="high:Q")
    point = base.mark_point(filled=True, size=60).encode(
        x="effect:Q", tooltip=[f"{name}:N", "effect:Q", "low:Q", "high:Q"]
    )
    return (line + point).properties(width=480)
