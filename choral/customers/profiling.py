"""Whether something personal may be concluded about somebody: asked by every room that does."""

from __future__ import annotations

from collections.abc import Sequence


def may_profile(identifiers: Sequence[str], basis: str) -> bool:
    """Whether the person of these identifiers may be profiled on this basis: `consent` needs one, `opt_out` only that
    nobody objected, `off` never."""
    return basis == "opt_out" and bool(identifiers)
