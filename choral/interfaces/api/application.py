"""The API as a whole: its rooms' operations under /api/v1, the OpenAPI document, the list of operations."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI

from choral import __version__
from choral.interfaces.api import (
    access,
    affinity,
    attribution,
    audiences,
    boards,
    consent,
    customers,
    events,
    experiments,
    findings,
    forwarding,
    geo,
    identity,
    imports,
    journeys,
    lifetime,
    links,
    measure,
    metrics,
    mix,
    privacy,
    problems,
    recommend,
    record,
    reference,
    state,
    team,
    tracking_plan,
)
from choral.interfaces.api.entry import guarded
from choral.interfaces.api.reading import Strict

api = NinjaAPI(
    title="Choral API",
    version=__version__,
    description="Everything the console can do, for programs. Send your key as “Authorization: Bearer sk_...”. Amounts"
    " are whole minor units with their currency, times ISO 8601 in UTC, lists go on by “next”. Every write takes an"
    " Idempotency-Key. Every problem says what happened, why, and what to do.",
    docs_url=None,
    urls_namespace="api",
    parser=Strict(),
)
for room in (
    events,
    record,
    customers,
    identity,
    links,
    audiences,
    consent,
    access,
    recommend,
    privacy,
    measure,
    experiments,
    lifetime,
    affinity,
    findings,
    metrics,
    geo,
    journeys,
    attribution,
    mix,
    boards,
    imports,
    forwarding,
    tracking_plan,
    team,
    state,
):
    api.add_router("/v1", room.router)
problems.register(api)
_routes = [one for one in api.urls[0] if getattr(one, "name", "") != "api-root"]
urlpatterns: list[URLPattern | URLResolver] = guarded([*_routes, path("", reference.page(api), name="api-root")])
app_name = "api"
