"""PostHog's own properties in the words that all protocols share: page, campaign, device; no addresses of its own."""

from __future__ import annotations

from typing import Any

Object = dict[str, Any]
_PAGE = {"$current_url": "url", "$pathname": "path", "$referrer": "referrer", "title": "title"}
_PLAIN = {
    "$raw_user_agent": "userAgent", "$browser_language": "locale", "$timezone": "timezone",
    "$session_id": "sessionId", "$groups": "groups", "$ip": "ip",
}  # fmt: skip
_CAMPAIGN = {f"utm_{name}": name for name in ("source", "medium", "term", "content")} | {"utm_campaign": "name"}
# Names the SDK sets without a `$`, on its own account, nearly always null.
_AUTOMATIC = frozenset(
    "gad_source mc_cid gclid gclsrc dclid gbraid wbraid fbclid msclkid twclid li_fat_id igshid ttclid rdt_cid epik"
    " qclid sccid oppref bfcid irclid _kx".split()
)  # fmt: skip
# Said of the SDK itself, said elsewhere in the event, or what a person may have typed or read.
_LEFT_OUT = (
    "$sdk_", "$lib", "$session_entry", "$session_recording", "$recording", "$initial_", "$config", "$elements",
    "$el_text", "$insert_id", "$time", "$set", "$anon_distinct_id", "$user_id", "$device_id", "$group_",
    "$screen_name", "$is_identified", "$process_person_profile", "$geoip_disable", "$initialization_time",
)  # fmt: skip


def own_properties(said: Object) -> Object:
    """What the shop itself said: without the SDK's names, and without its empty click ids."""
    return {key: value for key, value in said.items() if not key.startswith("$") and not _automatic(key, value, said)}


def page_of(said: Object) -> Object:
    """The page of a page view."""
    return {ours: said[theirs] for theirs, ours in _PAGE.items() if _meant(said.get(theirs))}


def context_of(said: Object) -> Object:
    """The surroundings of an event, as Segment names them."""
    found: Object = {ours: said[theirs] for theirs, ours in _PLAIN.items() if said.get(theirs)}
    if page := page_of({key: value for key, value in said.items() if key != "title"}):
        found["page"] = page
    if campaign := {ours: said[theirs] for theirs, ours in _CAMPAIGN.items() if said.get(theirs)}:
        found["campaign"] = campaign
    if said.get("$lib"):
        found["library"] = {"name": said["$lib"], "version": said.get("$lib_version")}
    known = _PLAIN.keys() | _PAGE.keys()
    rest = {
        key[1:]: value
        for key, value in said.items()
        if key.startswith("$") and key not in known and not key.startswith(_LEFT_OUT) and _meant(value)
    }
    if rest:
        found["posthog"] = rest
    return found


def _automatic(key: str, value: object, said: Object) -> bool:
    """Whether the SDK added it: the browser's project key and campaign, click ids that are not there."""
    if key in ("distinct_id", *_CAMPAIGN):
        return True
    return (key == "token" and said.get("$lib") == "web") or (key in _AUTOMATIC and value is None)


def _meant(value: object) -> bool:
    """“$direct” is the SDK's word for no referrer."""
    return value not in (None, "", "$direct")
