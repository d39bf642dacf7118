"""Tags and filters of the console's templates; loaded in every template without asking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from django import template
from django.forms import BoundField
from django.template.context import Context
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

from choral.core.clock import to_datetime
from choral.core.ids import digest, new_id
from choral.core.money import Money
from choral.interfaces.web import formats
from choral.interfaces.web.charts import Chart
from choral.interfaces.web.names import ROLE_NAMES, THEME_NAMES, channel_icon, channel_name

register = template.Library()
_STATIC = Path(__file__).parent.parent / "static"
Text = str | Promise
_IN_SCRIPT = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}  # as Django's json_script does


@register.simple_tag
def asset(name: str) -> str:
    """The address of a static file with the version of its content, so that it may be kept for a year."""
    file = _STATIC / str.__str__(name)  # a template's constant is a subclass that paths refuse
    changed = file.stat().st_mtime_ns if file.exists() else 0
    return f"{static(name)}?v={_version(file, changed)}"


@lru_cache(maxsize=64)
def _version(file: Path, changed: int) -> str:
    return digest(file.read_bytes(), 5).hex() if changed else "0"


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing from the sprite; it says nothing by itself, so a text stands beside it or on the button."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', asset("built/icons.svg"), name
    )


@register.simple_tag
def unique(prefix: str = "x") -> str:
    """An id used nowhere else on the page."""
    return f"{prefix}-{new_id().hex[-10:]}"


@register.simple_tag
def when(microseconds: int | None) -> SafeString | str:
    """“3 minutes ago”, the exact time and zone on hover."""
    if microseconds is None:
        return ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        to_datetime(microseconds).isoformat(), formats.moment(microseconds), formats.ago(microseconds),
    )  # fmt: skip


@register.filter
def number(value: int | float | None, decimals: int = 0) -> str:
    return "–" if value is None else formats.number(value, decimals)


@register.filter
def percent(value: float | None, decimals: int = 1) -> str:
    return "–" if value is None else formats.percent(value, decimals)


@register.filter
def money(value: Money | int | None, currency: str = "") -> str:
    """A Money, or minor units with their currency: `{{ row.amount|money:row.currency }}`."""
    if value is None:
        return "–"
    return formats.money(value if isinstance(value, Money) else Money(value, currency))


@register.filter
def day(value: date | None) -> str:
    return "–" if value is None else formats.day(value)


@register.filter
def moment(value: int | None) -> str:
    """Day, time and zone of a count of microseconds UTC."""
    return "–" if value is None else formats.moment(value)


@register.filter
def iso(value: int) -> str:
    """ISO 8601 UTC, for machines."""
    return to_datetime(value).isoformat()


@register.filter
def clock_time(value: int) -> str:
    """The hour and minute in the shop's zone."""
    return formats.local(value).strftime("%H:%M")


@register.inclusion_tag("parts/chart.html")
def chart(picture: Chart) -> dict[str, Any]:
    """A chart with its table beneath."""
    data = msgspec.json.encode(picture.data).decode().translate(_IN_SCRIPT)
    return {"chart": picture, "id": f"chart-{new_id().hex[-10:]}", "json": SafeString(data)}


@register.inclusion_tag("parts/explain.html")
def explain(term: Text, text: Text) -> dict[str, Any]:
    """The small “i” that says what a term means."""
    return {"term": term, "text": text, "id": f"explain-{new_id().hex[-10:]}"}


@register.inclusion_tag("parts/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """One field of a Django form: label, control, help, errors."""
    kind = getattr(bound.field.widget, "input_type", "")
    return {"field": bound, "is_check": kind == "checkbox", "is_file": kind == "file"}


@register.inclusion_tag("parts/empty.html")
def empty(title: Text, text: Text = "", href: str = "", label: Text = "", icon: str = "table") -> dict[str, Any]:
    """What an empty place says: what it is for, and the button that fills it."""
    return {"title": title, "text": text, "href": href, "label": label, "icon": icon}


@register.simple_tag
def spark(values: Sequence[int | float], width: int = 96, height: int = 28) -> str:
    """The points of a small line for `<polyline points>`."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1
    step = width / (len(values) - 1)
    return " ".join(
        f"{place * step:.1f},{height - 2 - (value - low) / span * (height - 4):.1f}"
        for place, value in enumerate(values)
    )


@register.simple_tag(takes_context=True)
def allowed(context: Context, permission: str) -> bool:
    """Whether the member may: `{% allowed "keys.manage" as may_keys %}`."""
    from choral.team import may

    member = context.get("member")
    return bool(member and may(member.role, permission))


@register.filter
def initials(name: str) -> str:
    """Two letters that stand for a person."""
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts))[:2].upper()


@register.filter
def role_name(role: str) -> Text:
    """A role in the reader's language."""
    return ROLE_NAMES.get(role, role)


@register.filter
def theme_name(theme: str) -> Text:
    """A theme in the reader's language."""
    return THEME_NAMES.get(theme, theme)


@register.filter
def channel(key: str) -> Text:
    """A channel as people call it."""
    return channel_name(key)


@register.filter
def icon_of_channel(key: str) -> str:
    """The drawing of a channel, for `{% icon key|icon_of_channel %}`."""
    return channel_icon(key)
