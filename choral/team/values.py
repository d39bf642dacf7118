"""What the team's door gives out: frozen values, never a model; times are microseconds since 1970 UTC."""

from __future__ import annotations

from dataclasses import dataclass

from choral.books import Actor


@dataclass(frozen=True)
class TeamMember:
    """Somebody who works with Choral; `store` is the only store an associate sees ("" for all)."""

    id: int
    email: str
    name: str
    role: str
    language: str
    theme: str
    store: str
    active: bool
    created_at: int

    def actor(self, address: str = "") -> Actor:
        """Who to tell `act` that it was; `address` is the network address they came from."""
        return Actor(f"member:{self.id}", address)


@dataclass(frozen=True)
class Key:
    """A program's key as lists show it; `prefix` is the readable beginning of the secret."""

    id: int
    name: str
    prefix: str
    role: str
    created_at: int
    last_used_at: int | None
    revoked_at: int | None


@dataclass(frozen=True)
class NewKey:
    """A key just made; `secret` is shown this once and kept nowhere."""

    id: int
    secret: str


@dataclass(frozen=True)
class KeyHolder:
    """The program that a secret belongs to, and what its role allows it."""

    id: int
    name: str
    role: str

    def actor(self, address: str = "") -> Actor:
        """Who to tell `act` that it was; `address` is the network address the call came from."""
        return Actor(f"key:{self.id}", address)
