"""The frozen values that go through the door of forwarding; times in µs UTC."""

from __future__ import annotations

from dataclasses import dataclass

ON, PAUSED = "on", "paused"
PSEUDONYMOUS, PLAIN = "pseudonymous", "plain"


@dataclass(frozen=True)
class Settings:
    """What is chosen for a destination. `events` and `sources` empty: all. `identifiers`: pseudonymous (keyed codes,
    other ones for each destination, no traits) or plain (identifiers as seen, with e-mail and telephone, and only of
    people who agreed to `purpose`; of everybody else still codes). `write_key` is sent as the user of Basic."""

    name: str
    url: str
    events: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    identifiers: str = PSEUDONYMOUS
    purpose: str = ""
    write_key: str = ""


@dataclass(frozen=True)
class Destination:
    """A destination as it stands. `waiting`: events of the log after `position`; `dead`: open lines it did not take;
    `attempts` and `problem` of the batch in hand, which is tried again at `retry_at`."""

    id: str
    settings: Settings
    state: str
    position: int
    waiting: int
    size: int
    attempts: int
    retry_at: int
    problem: str
    delivered: int
    delivered_at: int | None
    dead: int
    generation: int
    created_at: int


@dataclass(frozen=True)
class DeadLetter:
    """Events at positions `first` to `last` (`events` of them were meant for it) that a destination did not take."""

    id: int
    destination: str
    first: int
    last: int
    events: int
    attempts: int
    problem: str
    at: int
    state: str


@dataclass(frozen=True)
class Tried:
    """What a destination answered to a test, or why it could not be asked."""

    status: int | None
    said: str
    good: bool
