"""How somebody comes in: a new member with a first link, and what a link becomes when it is followed."""

from __future__ import annotations

from choral.books import Actor, Tx, act
from choral.team.actions import INVITATION_LIFETIME, create_member, create_sign_in_link, use_sign_in_link
from choral.team.queries import member
from choral.team.values import TeamMember


def sign_in_path(token: str) -> str:
    """The path of the page that a link's token opens; put the shop's address before it."""
    return f"/sign-in/link/{token}"


def add_member(tx: Tx, email: str, name: str, role: str, *, language: str = "en", store: str = "") -> tuple[int, str]:
    """A new member and the token of their first sign-in link, in one action; see `create_member` for the errors."""
    made = create_member(tx, email, name, role, language=language, store=store)
    return made, create_sign_in_link(tx, made, INVITATION_LIFETIME)


def sign_in_with_link(token: str, address: str = "") -> TeamMember:
    """Spend a link and say whom it signed in; `NotAllowed` (`link_spent`) when it does not work (any more)."""
    return member(act(use_sign_in_link, Actor("link", address), token))
