"""What a developer pastes to send events, with the shop's own address and key in it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Snippet:
    """One way to send: its key in the address, what it is called, what to do, and the text to paste."""

    key: str
    label: Text
    note: Text
    text: str


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
_PYTHON = """import segment.analytics as analytics

analytics.write_key = "{key}"
analytics.host = "{host}"
analytics.track("7", "Order Completed", {"order_id": "1001", "total": 24.9, "currency": "EUR"})
analytics.flush()"""
_CURL = """curl {host}/v1/track -u {key}: -H 'Content-Type: application/json' -d '
  {"type":"track","event":"Order Completed","userId":"7","messageId":"order-1001",
   "properties":{"order_id":"1001","total":24.9,"currency":"EUR"}}'"""
_ALL: tuple[tuple[str, Text, Text, str], ...] = (
    ("web", _("Web page"), _("Paste it into the head of every page. Pages are told by themselves."), _WEB),
    ("browser", _("Segment, browser"), _("npm install @segment/analytics-next"), _BROWSER),
    ("rudder", _("RudderStack, browser"), _("npm install @rudderstack/analytics-js"), _RUDDER),
    ("node", _("Segment, Node"), _("npm install @segment/analytics-node"), _NODE),
    ("python", _("Segment, Python"), _("pip install segment-analytics-python"), _PYTHON),
    ("curl", _("Any language"), _("One call over HTTP. A 200 means that the event is on disk."), _CURL),
)


def snippets(host: str, key: str) -> list[Snippet]:
    """All of them for one source; `host` is the address without a slash at its end."""
    return [
        Snippet(name, label, note, text.replace("{host}", host).replace("{key}", key))
        for name, label, note, text in _ALL
    ]
