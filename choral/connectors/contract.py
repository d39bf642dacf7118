"""What a connector is: one file or folder that speaks with one of other people's systems; found by itself.

`tests/promises/connector.py` holds every connector to it. What a connector cannot do raises `Unsupported`; nothing is
silently left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import pyarrow

from choral.core.errors import Unsupported


@dataclass(frozen=True)
class Stream:
    """One kind of thing a system can give. `kind` events: lines for the log; dataset: rows of the dataset `name`.

    `personal` names the fields with personal data. `rows` is how many there are where that is known beforehand.
    """

    name: str
    kind: Literal["events", "dataset"]
    description: str
    personal: tuple[str, ...] = ()
    rows: int | None = None


@dataclass(frozen=True)
class Manifest:
    """A connector in data. `origin` says whose data they are and for what use they are given, where that matters;
    `verified` against what it was tested (a recorded contract with its date, the real files)."""

    key: str
    label: str
    description: str
    authorisation: Literal["none", "file", "key", "oauth2"]
    streams: tuple[Stream, ...]
    webhooks: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    requests_per_second: float | None = None
    origin: str = ""
    verified: str = ""


@dataclass(frozen=True)
class Check:
    """Whether a system can be reached and the rights suffice; `missing` says what is not there, in words."""

    works: bool
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """Some of a stream and the cursor that goes on after it. Events as lines in Choral's own words, each with an id
    that is the same however often it is read; rows of a dataset as a reader of Arrow batches (the whole of it)."""

    cursor: str
    lines: Sequence[bytes] = ()
    rows: pyarrow.RecordBatchReader | None = None


@dataclass(frozen=True)
class WebhookRequest:
    """What came in, as bytes: a signature is verified before anything is parsed."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Written:
    """The outcome of one thing written: `state` unknown means that it must be asked about, never sent again blindly."""

    item: str
    state: Literal["done", "refused", "unknown"]
    reason: str = ""


class Connector(Protocol):
    """A system that is connected."""

    @property
    def manifest(self) -> Manifest: ...

    def check(self) -> Check:
        """Is it there, and may we?"""
        ...

    def discover(self) -> tuple[Stream, ...]:
        """The streams this account really has."""
        ...

    def read(self, stream: str, cursor: str = "") -> Iterator[Page]:
        """What is new since `cursor` ("" for all); reading from the same cursor again gives the same events."""
        ...

    def webhook(self, request: WebhookRequest) -> Sequence[bytes]:
        """Event lines of a call from their side; `NotAllowed` when its signature is wrong."""
        ...

    def write(self, action: str, items: Sequence[Mapping[str, object]], key: str) -> Sequence[Written]:
        """Change something on their side; `key` makes it repeatable."""
        ...

    def reconcile(self, stream: str) -> int:
        """Compare what they have with what we have, heal the difference; how many things were healed."""
        ...

    def redact(self, identifiers: Sequence[str]) -> bool:
        """Pass an erasure on; whether nothing of the person is left on their side."""
        ...


def unsupported(connector: str, what: str) -> Unsupported:
    """The error for what a connector cannot do."""
    return Unsupported(
        "not_supported", f"The connector {connector} cannot {what}.", "The system behind it has no such thing.",
        status=422,
    )  # fmt: skip
