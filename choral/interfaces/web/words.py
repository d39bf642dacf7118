"""What the parts of the sales are called: lines of a chart, rows of its table."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from choral.analytics.values import REST, UNKNOWN
from choral.interfaces.web.names import channel_name

Text = str | Promise


def series_name(split: str | None, key: str, name: str) -> Text:
    """What people call one line of a chart."""
    if split is None:
        return _("All sales")
    if key == REST:
        return _("All others")
    if key == UNKNOWN:
        return _("No store") if split == "store" else _("Not said")
    if split == "channel":
        return channel_name(key)
    return name or key
