"""What every template knows."""

from __future__ import annotations

from django.http import HttpRequest


def console(request: HttpRequest) -> dict[str, object]:
    return {}
