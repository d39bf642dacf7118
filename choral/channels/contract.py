"""What a channel is: one file that can hear, speak or both; found by itself, held by `tests/promises/channel.py`.

A channel is written down as data (capabilities, settings, examples) and two functions. What it cannot do raises
`Unsupported`; nothing is silently dropped. A new channel needs no other file and no migration: its key is plain text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Literal, Protocol

from choral.core.errors import InvalidInput, Unsupported


@dataclass(frozen=True)
class Capabilities:
    """What a channel can do, as data. `address` is the kind of identifier a message goes to; `longest` the characters
    of a text; `cost` of one message in minor units of `cost_currency`, None when it depends."""

    hears: bool
    speaks: bool
    needs_consent: bool = False
    address: str = ""
    longest: int | None = None
    rich: bool = False
    receipts: bool = False
    cost: int | None = None
    cost_currency: str = ""


@dataclass(frozen=True)
class Message:
    """One message to one customer. `key` is unique for ever: delivering it again must not send it twice."""

    key: str
    to: str
    text: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Receipt:
    """What became of a message. `unknown` is asked about, never sent again blindly; `permanent` refusals stay."""

    key: str
    state: Literal["accepted", "refused", "unknown"]
    provider_id: str = ""
    reason: str = ""
    permanent: bool = False
    document: bytes = b""


@dataclass(frozen=True)
class Request:
    """A call from outside as it came: the signature is of these very bytes. Header names in lower case."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Example:
    """A real payload and what it means: at once test, documentation and food for the simulator.

    Either what is heard (`request` → `events`) or what is said (`message` → a receipt with `state`). `settings` are
    those it was made with.
    """

    title: str
    settings: Mapping[str, object]
    request: Request | None = None
    events: Sequence[Mapping[str, object]] = ()
    message: Message | None = None
    state: str = ""


class Settings(Protocol):
    """A frozen dataclass of plain values; becomes form, environment and documentation."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


class Channel(Protocol):
    """A channel. Events are in Choral's own words (`choral.events.collector.canonical.CanonicalEvent`)."""

    key: str
    label: str
    capabilities: Capabilities
    settings: type[Any]

    @property
    def examples(self) -> Sequence[Example]:
        """Real payloads and what they mean."""
        ...

    def hear(self, request: Request, settings: Any) -> list[dict[str, object]]:
        """The events of a call; `NotAllowed` when it is not signed rightly, `InvalidInput` when it cannot be read."""
        ...

    def deliver(self, message: Message, settings: Any) -> Receipt:
        """Say something to one customer."""
        ...


def made(channel: Channel, values: Mapping[str, object]) -> Any:
    """The channel's settings from plain values; `InvalidInput` `unknown_setting` or `missing_setting`."""
    known = {one.name: one for one in fields(channel.settings)}
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise InvalidInput("unknown_setting", f"{channel.label} has no setting {', '.join(unknown)}.",
                           fix=f"It has: {', '.join(known) or 'none'}.")  # fmt: skip
    try:
        return channel.settings(**values)
    except TypeError as error:
        raise InvalidInput("missing_setting", f"A setting of {channel.label} is missing.", str(error)) from error


def unsupported(channel: Channel, what: str) -> Unsupported:
    """The error for what a channel cannot do."""
    return Unsupported("not_supported", f"The channel {channel.label} cannot {what}.", status=422)
