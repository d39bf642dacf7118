"""What channels hear from outside: POST /hear/<channel>/<source>, signed with the source's key over the raw body."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from choral.channels.contract import Request, made
from choral.channels.discovery import channel
from choral.core.errors import ChoralError, InvalidInput, NotAllowed
from choral.interfaces.api.problems import answer
from choral.shop import current_shop

LARGEST = 1024 * 1024


@csrf_exempt  # the signature over time and body stands for what a cookie would not
@require_POST
def hear(request: HttpRequest, channel_key: str, source_id: str) -> HttpResponse:
    """Verdicts on what was heard; 200 means on disk. A call that is not signed rightly is refused before it is read."""
    try:
        one = channel(channel_key)
        body = request.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise InvalidInput("body_too_large", "The call is too large.", "At most 1 MiB is read.", status=413)
        events = current_shop().events
        source = next((found for found in events.sources() if found.id == source_id and found.enabled), None)
        headers = {name.lower(): value for name, value in request.headers.items()}
        settings = made(one, {"secret": source.write_key if source else ""})
        heard = one.hear(Request(headers, body), settings)
        if source is None:
            raise NotAllowed("bad_signature", "There is no such source.", status=401)
        taken = events.accept(source, heard)
    except ChoralError as problem:
        return answer(request, problem)
    refused = [{"index": bad.index, "code": bad.code, "message": bad.message} for bad in taken.refused]
    return JsonResponse({"accepted": taken.accepted, "duplicates": taken.duplicates, "refused": refused})


urlpatterns = [path("<slug:channel_key>/<str:source_id>", hear, name="hear")]
