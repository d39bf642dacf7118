"""Whether something personal may be concluded about somebody: asked by every room that does."""

from __future__ import annotations

from collections.abc import Sequence

from choral.core.clock import SYSTEM_CLOCK
from choral.customers.consent import queries as consent
from choral.customers.consent.rules import ANY, GRANTED, REFUSED, stand, state_of
from choral.customers.privacy.saying_no import may_use
from choral.home import Home

PURPOSE = "profiling"


def may_profile(home: Home, identifiers: Sequence[str], basis: str) -> bool:
    """Whether the person of these identifiers may be profiled on this basis: `consent` needs one, `opt_out` only that
    nobody objected, `off` never. Who objected, is restricted or a minor (privacy) is never profiled. Reads the ledger
    itself, so a “no” counts from the next question on."""
    if basis == "off" or not identifiers or not may_use(identifiers, PURPOSE, home.region):
        return False
    now = SYSTEM_CLOCK.now()
    said = consent.lines(identifiers, PURPOSE, ANY)
    state, _, paused_until = state_of(stand(rows, now) for rows in said.values())
    if paused_until > now:
        return False
    return state == GRANTED if basis == "consent" else state != REFUSED
