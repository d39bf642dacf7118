"""The shop's own script: where pages load it from. It sends Segment's calls in batches to `/v1/batch`."""

from __future__ import annotations

from choral.events.collector.protocols import Route
from choral.events.collector.scripts import OWN

ROUTES = [Route("/c.js", file=OWN), Route("/c/*", file=OWN)]
