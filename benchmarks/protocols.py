"""What each SDK's protocol costs: the same events in every shape, read, judged and encoded, beside Segment's.

    python -m benchmarks.protocols [--seconds 1] [--json]

In one process, without network and disk: what is left is the reading of a shape and what all shapes share. Beside the
protocols: the size of the shop's own script next to the SDKs that it replaces, as they are and packed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.report import show
from choral.core.event import encode_lines
from choral.events.collector import body
from choral.events.collector.intake import Intake
from choral.events.collector.protocols import Parsed, posthog, segment, snowplow
from choral.events.collector.request import Request
from choral.events.store import Source

EVENTS = 100
ROOT = Path(__file__).parents[1]
NOW = 1_795_312_050_000_000
PRODUCT: dict[str, Any] = {"product_id": "P-1", "name": "Blue jumper", "price": 25, "quantity": 2, "currency": "EUR"}
Read = Callable[[bytes, Request], Parsed]


def of_segment(number: int) -> dict[str, Any]:
    return {"type": "track", "event": "Product Viewed", "messageId": f"m{number}", "anonymousId": f"a{number % 50}",
            "timestamp": "2026-11-22T01:47:28.638Z", "properties": PRODUCT}  # fmt: skip


def of_posthog(number: int) -> dict[str, Any]:
    said = {"$lib": "web", "$is_identified": False, "$current_url": "https://shop.example/p", "$browser": "Chrome"}
    return {"event": "Product Viewed", "uuid": f"m{number}", "distinct_id": f"a{number % 50}",
            "timestamp": "2026-11-22T01:47:28.638Z", "properties": PRODUCT | said}  # fmt: skip


def of_snowplow(number: int) -> dict[str, Any]:
    commerce = "iglu:com.snowplowanalytics.snowplow.ecommerce"
    product = {"id": "P-1", "name": "Blue jumper", "price": 25, "quantity": 2, "currency": "EUR"}
    action = {"schema": f"{commerce}/snowplow_ecommerce_action/jsonschema/1-0-2", "data": {"type": "product_view"}}
    entities = [{"schema": f"{commerce}/product/jsonschema/1-0-0", "data": product}]
    return {"e": "ue", "eid": f"m{number}", "duid": f"a{number % 50}", "dtm": "1795312048638", "tv": "js-4",
            "ue_pr": json.dumps({"data": action}), "co": json.dumps({"data": entities})}  # fmt: skip


SHAPES: dict[str, tuple[Read, str, Callable[[int], dict[str, Any]]]] = {
    "Segment, RudderStack, Jitsu, own script": (segment.read_batch, "batch", of_segment),
    "PostHog": (posthog.read, "batch", of_posthog),
    "Snowplow": (snowplow.read, "data", of_snowplow),
}


def measured(read: Read, key: str, event: Callable[[int], dict[str, Any]], seconds: float) -> tuple[float, float]:
    """Events a second, and bytes an event."""
    source, request = Source("s", "S", "web", "k", 1), Request("POST", "/", "", {})
    payload = json.dumps({key: [event(number) for number in range(EVENTS)]}).encode()
    done, end, begun = 0, time.perf_counter() + seconds, time.perf_counter()
    while time.perf_counter() < end:
        intake = Intake(b"secret", "FR", "EUR")  # a fresh memory: no event is a repetition
        for _ in range(5):
            taken = intake.take(source, read(body.unpack(payload, None), request).claims, NOW)
            encode_lines(taken.events)
            assert len(taken.events) == EVENTS
            done += EVENTS
    return done / (time.perf_counter() - begun), len(payload) / EVENTS


def sizes() -> list[dict[str, object]]:
    """The shop's own script beside the ones it replaces, where they are installed."""
    built = ROOT / "choral" / "interfaces" / "web" / "static" / "built"
    sdk = ROOT / "tests" / "sdk" / "node_modules"
    found = {
        "own script": built / "c.js",
        "analytics.js (Segment)": built / "analytics.min.js",
        "posthog-js": sdk / "posthog-js" / "dist" / "array.js",
        "snowplow": sdk / "@snowplow" / "browser-tracker" / "dist" / "index.umd.min.js",
    }
    base = len(gzip.compress(found["own script"].read_bytes(), 9)) if found["own script"].is_file() else 0
    rows: list[dict[str, object]] = []
    for name, file in found.items():
        if file.is_file() and base:
            content = file.read_bytes()
            packed = len(gzip.compress(content, 9))
            rows.append({"script": name, "bytes": len(content), "packed": packed, "times ours": f"{packed / base:.1f}"})
    return rows


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--seconds", type=float, default=1.0)
    asked.add_argument("--json", action="store_true", dest="as_json")
    chosen = asked.parse_args()
    rows: list[dict[str, object]] = []
    base = 0.0
    for name, (read, key, event) in SHAPES.items():
        speed, size = measured(read, key, event, chosen.seconds)
        base = base or speed
        rows.append({"protocol": name, "events/s": round(speed), "of Segment's": f"{speed / base:.2f}",
                     "bytes/event": round(size)})  # fmt: skip
    show("Reading an event in each protocol, one core", rows, as_json=chosen.as_json)
    show("Scripts for web pages", sizes(), as_json=chosen.as_json)


if __name__ == "__main__":
    main()
