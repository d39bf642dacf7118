"""Why something was not accepted: one entry a code, in words a person can act on; nothing here decides."""

from __future__ import annotations

from typing import NamedTuple

from choral.core.errors import ChoralError


class Refusal(NamedTuple):
    """The verdict on one event: a stable code and a message that says what, why and what to do."""

    code: str
    message: str


_REASONS: dict[str, tuple[int, str, str, str]] = {
    # whole requests
    "unknown_key": (401, "The write key is not known.", "No enabled source of this shop has it.",
                    "Copy the key of the source from the page Connect."),
    "missing_key": (401, "No write key was sent.", "Every request names its source by a write key.",
                    "Send it as the user name of Basic authorization, as writeKey in the body or as ?writeKey=."),
    "malformed_json": (400, "The body is not JSON.", "It could not be parsed: {detail}.",
                       "Send a JSON object, plain or compressed by gzip."),
    "malformed_gzip": (400, "The body cannot be decompressed.", "It is not whole, valid gzip.",
                       "Send the bytes as the compressor made them, or send plain JSON."),
    "not_an_object": (400, "The body is JSON, but not what this address takes.", "{detail}.",
                      "Send one event as an object, or a batch as {{\"batch\": [..]}}."),
    "unknown_encoding": (400, "The content encoding is not known.", "“{detail}” was declared; we read gzip.",
                         "Send plain JSON or gzip."),
    "body_stalled": (408, "The rest of the request did not come.", "It was not whole after {detail}.",
                     "Look at the connection and send it again."),
    "body_too_large": (413, "The request is too large.", "More than {detail} arrived.", "Send smaller batches."),
    "body_too_large_unpacked": (413, "The request is too large once decompressed.", "It holds more than {detail}.",
                                "Send smaller batches."),
    "too_many_events": (413, "The batch holds too many events.", "At most {detail} fit in one request.",
                        "Send smaller batches."),
    "method_not_allowed": (405, "This address takes another method.", "It was asked with {detail}.",
                           "Send events with POST; ask for settings with GET."),
    "no_such_address": (404, "There is nothing at this address.", "The collector does not know the path.",
                        "Check the host and path the SDK was given."),
    "shutting_down": (429, "The server is restarting.", "It takes no new events at this moment.",
                      "Try again in a second."),
    "refused_in_strict_mode": (400, "Some events were refused.", "The header X-Strict-Mode asks for an error then.",
                               "Look at “rejected” in this answer; the accepted events are stored."),
    # single events
    "wrong_type": (422, "A field has the wrong type.", "{detail}.", "Send the type the reference names."),
    "unknown_type": (422, "The type of call is not known.", "“{detail}” is none of identify, track, page, screen,"
                     " alias, group.", "Set “type”, or use an SDK's call."),
    "no_name": (422, "The event has no name.", "A track call names what happened.",
                "Set “event”, e.g. “Order Completed”."),
    "name_too_long": (422, "The event's name is too long.", "It has more than {detail} characters.",
                      "Put what varies into properties."),
    "id_too_long": (422, "The message id is too long.", "It has more than {detail} characters.",
                    "Send a UUID or another short unique text."),
    "no_identifier": (422, "Nobody is identified.", "An identify, alias or group call needs a userId or anonymousId,"
                      " and values such as “null”, “0” or “guest” identify nobody.", "Send a real identifier."),
    "event_too_large": (422, "The event is too large.", "It has more than {detail}.",
                        "Send fewer lines or shorter texts in one event."),
    "too_deep": (422, "The event is nested too deeply.", "Its JSON cannot be read safely.", "Flatten the properties."),
    "time_unreadable": (422, "The event's time cannot be read.", "“{detail}” is not a point in time.",
                        "Send ISO 8601 with a zone, e.g. 2026-11-22T01:47:28.638Z."),
    "time_in_future": (422, "The event's time lies in the future.", "It is {detail} ahead, the clock corrected.",
                       "Set the clock of the device, or send the time of sending as sentAt."),
    "time_before_1970": (422, "The event's time lies before 1970.", "“{detail}” cannot be when this happened.",
                         "Set the clock of the device, or send the time it happened."),
}  # fmt: skip


def refuse(code: str, detail: object = "") -> Refusal:
    """The verdict for one event; `detail` fills the sentence that says why."""
    _, what, why, fix = _REASONS[code]
    return Refusal(code, f"{what} {why.format(detail=detail)} {fix}")


def error(code: str, detail: object = "") -> ChoralError:
    """The error that answers a whole request."""
    status, what, why, fix = _REASONS[code]
    return ChoralError(code, what, why.format(detail=detail), fix.format(), status)
