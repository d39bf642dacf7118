"""Where each page and each API operation is."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("choral.interfaces.api.application")),
    path("hear/", include("choral.interfaces.api.hear")),
    path("", include("choral.interfaces.web.urls")),
]
handler400 = "choral.interfaces.web.errors.bad_request"
handler404 = "choral.interfaces.web.errors.not_found"
handler500 = "choral.interfaces.web.errors.server_error"
