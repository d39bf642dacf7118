"""What a developer pastes to send events, with the shop's own address and key in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from choral.events.collector.scripts import OWN, read_script

Text = str | Promise
_BUILT = Path(__file__).parent / "static" / "built"


@dataclass(frozen=True)
class Snippet:
    """One way to send: its key in the address, what it is called, what to do, and the text to paste."""

    key: str
    label: Text
    note: Text
    text: str


_OWN = """<script defer src="{host}/c.js" data-key="{key}"></script>"""
_PINNED = """<script defer src="{host}/c/{version}.js" crossorigin="anonymous"
  integrity="{integrity}"
  data-key="{key}" data-consent="required"></script>
<!-- when the visitor has chosen, from a script of your own:
     choral.consent({ analytics: true, marketing: false }, { wording: "2026-11" }) -->"""
_WEB = """<script>
  !function(){var a=window.analytics=window.analytics||[];if(!a.initialize){
  a.methods=["track","page","identify","alias","reset"];a.methods.forEach(function(m){a[m]=function(){a.push([m].concat([].slice.call(arguments)))}});a._writeKey="{key}";
  a._cdn="{host}";var s=document.createElement("script");s.async=1;
  s.src="{host}/analytics.js/v1/{key}/analytics.min.js";document.head.appendChild(s);a.page()}}();
</script>"""
_BROWSER = """import { AnalyticsBrowser } from "@segment/analytics-next";

const analytics = AnalyticsBrowser.load({ writeKey: "{key}", cdnURL: "{host}" });
analytics.track("Product Viewed", { product_id: "42", price: 9.9, currency: "EUR" });"""
_RUDDER = """import { RudderAnalytics } from "@rudderstack/analytics-js/bundled";

const analytics = new RudderAnalytics();
analytics.load("{key}", "{host}", { configUrl: "{host}" });
analytics.track("Product Viewed", { product_id: "42", price: 9.9, currency: "EUR" });"""
_NODE = """import { Analytics } from "@segment/analytics-node";

const analytics = new Analytics({ writeKey: "{key}", host: "{host}" });
analytics.track({ userId: "7", event: "Order Completed",
                  properties: { order_id: "1001", total: 24.9, currency: "EUR" } });"""
_POSTHOG = """import posthog from "posthog-js";

posthog.init("{key}", { api_host: "{host}", disable_surveys: true });
posthog.capture("Product Viewed", { product_id: "42", price: 9.9, currency: "EUR" });"""
_POSTHOG_PYTHON = """from posthog import Posthog

posthog = Posthog("{key}", host="{host}")
posthog.capture("Order Completed", distinct_id="7",
                properties={"order_id": "1001", "total": 24.9, "currency": "EUR"})"""
_SNOWPLOW = """import { newTracker, trackPageView } from "@snowplow/browser-tracker";

newTracker("shop", "{host}", { appId: "{key}" });
trackPageView();"""
_JITSU = """import { jitsuAnalytics } from "@jitsu/js";

const jitsu = jitsuAnalytics({ host: "{host}", writeKey: "{key}" });
jitsu.track("Product Viewed", { product_id: "42", price: 9.9, currency: "EUR" });"""
_PYTHON = """import segment.analytics as analytics

analytics.write_key = "{key}"
analytics.host = "{host}"
analytics.track("7", "Order Completed", {"order_id": "1001", "total": 24.9, "currency": "EUR"})
analytics.flush()"""
_CURL = """curl {host}/v1/track -u {key}: -H 'Content-Type: application/json' -d '
  {"type":"track","event":"Order Completed","userId":"7","messageId":"order-1001",
   "properties":{"order_id":"1001","total":24.9,"currency":"EUR"}}'"""
_ALL: tuple[tuple[str, Text, Text, str], ...] = (
    ("web", _("Web page"), _("Paste it into the head of every page. Pages are told by themselves."), _OWN),
    (
        "consent",
        _("Web page, consent first"),
        _(
            "Nothing is kept or sent before the visitor says yes, and the browser "
            "runs only exactly this script: copy it again when Choral has been updated."
        ),
        _PINNED,
    ),
    ("snippet", _("Segment, snippet"), _("For pages that call analytics.track already."), _WEB),
    ("browser", _("Segment, browser"), _("npm install @segment/analytics-next"), _BROWSER),
    ("rudder", _("RudderStack, browser"), _("npm install @rudderstack/analytics-js"), _RUDDER),
    ("node", _("Segment, Node"), _("npm install @segment/analytics-node"), _NODE),
    ("python", _("Segment, Python"), _("pip install segment-analytics-python"), _PYTHON),
    ("posthog", _("PostHog, browser"), _("npm install posthog-js"), _POSTHOG),
    ("posthog-python", _("PostHog, Python"), _("pip install posthog"), _POSTHOG_PYTHON),
    ("snowplow", _("Snowplow"), _("npm install @snowplow/browser-tracker. The application id is the key."), _SNOWPLOW),
    ("jitsu", _("Jitsu"), _("npm install @jitsu/js"), _JITSU),
    ("curl", _("Any language"), _("One call over HTTP. A 200 means that the event is on disk."), _CURL),
)


def snippets(host: str, key: str) -> list[Snippet]:
    """All of them for one source; `host` is the address without a slash at its end."""
    script = read_script(_BUILT / OWN)
    words = {"host": host, "key": key}
    if script is not None:
        words |= {"version": script.version, "integrity": script.integrity}
    return [
        Snippet(name, label, note, _filled(text, words))
        for name, label, note, text in _ALL
        if text is not _PINNED or script is not None
    ]


def _filled(text: str, words: dict[str, str]) -> str:
    for name, value in words.items():
        text = text.replace(f"{{{name}}}", value)
    return text
