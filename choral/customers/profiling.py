"""Whether something personal may be concluded about somebody: asked by every room that does."""

from __future__ import annotations

from collections.abc import Sequence

from choral.customers.consent.door import Consent
from choral.customers.privacy.saying_no import may_use
from choral.home import Home

PURPOSE = "profiling"


def may_profile(home: Home, identifiers: Sequence[str], basis: str) -> bool:
    """Whether the person of these identifiers may be profiled on this basis: `consent` needs one, `opt_out` only that
    nobody objected, `off` never. Who objected, is restricted or a minor (privacy) is never profiled."""
    if basis == "off" or not identifiers or not may_use(identifiers, "profiling", home.region):
        return False
    return basis == "opt_out" or bool(Consent(home).may_send(list(identifiers), PURPOSE, "web").allowed)
