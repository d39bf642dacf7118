"""Who calls: an API key in the Authorization header, and whether its role may do what the operation does."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from ninja.security import HttpBearer

from choral.books import Actor
from choral.core.errors import ChoralError
from choral.interfaces.api.limits import CALLS, WRONG_KEYS
from choral.team import authenticate_key, check, may


@dataclass(frozen=True)
class Caller:
    """The program that calls, with the role of its key."""

    name: str
    role: str
    actor: Actor

    @property
    def personal(self) -> bool:
        """Whether names, addresses and telephone numbers are shown; otherwise they are masked."""
        return may(self.role, "customers.personal")


class ApiKey(HttpBearer):
    """`Authorization: Bearer sk_...`. The permission is asked before anything of the request is read."""

    def __init__(self, permission: str) -> None:
        super().__init__()
        self.permission = permission

    def __call__(self, request: HttpRequest) -> Caller:
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, secret.strip() if kind.lower() == "bearer" else "")

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        address = str(request.META.get("REMOTE_ADDR", ""))
        if not token:
            raise _no_key()
        holder = authenticate_key(token) if token.startswith("sk_") and len(token) <= 200 else None
        if holder is None:
            WRONG_KEYS.take(address)  # only wrong ones: behind a proxy everybody has its address
            raise _wrong_key()
        CALLS.take(f"key:{holder.id}")
        check(holder.role, self.permission)
        return Caller(holder.name, holder.role, holder.actor(address))


def _no_key() -> ChoralError:
    return ChoralError(
        "no_key",
        "No API key was sent.",
        "Every operation needs one.",
        "Send the header “Authorization: Bearer sk_...”; the owner makes keys in the console under Keys.",
        401,
    )


def _wrong_key() -> ChoralError:
    return ChoralError(
        "unknown_key",
        "This API key is not known.",
        "It was mistyped, revoked, or it is a write key (wk_...) that can only send events.",
        "Use a key that begins with sk_; the owner makes keys in the console under Keys.",
        401,
    )
