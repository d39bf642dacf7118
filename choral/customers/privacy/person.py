"""Who is meant by what somebody typed or sent: an id, an e-mail, a telephone number, a card, any identifier."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from choral.core.errors import NotFound
from choral.core.identifiers import KINDS, PERSONAL_KINDS, seen
from choral.customers.identity import queries as identity
from choral.customers.identity.rules import NORMAL
from choral.customers.privacy.traces import Traces
from choral.customers.records import queries as records
from choral.home import Home

_PLAIN_KINDS = ("user", "card", "token", "marketplace", "social", "anonymous", "device", "receipt")
_LARGEST = 1 << 63


@dataclass(frozen=True)
class Person:
    """Somebody by their identifiers; `customer` is '' when the shop knows nothing of an identifier but its value."""

    customer: str
    traces: Traces


def person_of(home: Home, text: str) -> Person:
    """The person behind a customer id, an identifier as the log has it (`card:8812`, `email:#..`), or a plain value.

    `NotFound` (`nobody_found`) when it is neither known nor a value that could be searched for (e-mail, telephone,
    `kind:value`).
    """
    wanted = text.strip()
    if wanted.isdecimal() and int(wanted) < _LARGEST and identity.current(int(wanted)) is not None:
        return _known(int(wanted))
    candidates = list(_candidates(home, wanted))
    found = identity.resolve(identifier for identifier, _ in candidates)
    for identifier, plain in candidates:
        if identifier in found:
            return _known(found[identifier], (identifier,), plain)
    told = [(identifier, plain) for identifier, plain in candidates if _stands_alone(identifier, wanted)]
    if not told:
        raise NotFound(
            "nobody_found",
            "Nobody is found by this.",
            "No customer has or had this identifier.",
            "Give a customer id, an e-mail address, a telephone number, or kind:value such as card:8812.",
            status=404,
        )
    identifier, plain = told[0]
    return Person("", Traces((identifier,), plain))


def person_of_identifiers(identifiers: Iterable[str]) -> Traces:
    """All traces of these identifiers: with every value the records have of them."""
    texts = tuple(dict.fromkeys(identifiers))
    values = {(one.field, one.value) for one in records.of_identifiers(texts, personal=True)}
    return Traces(texts, tuple(sorted(values)))


def _known(customer: int, asked: tuple[str, ...] = (), plain: tuple[tuple[str, str], ...] = ()) -> Person:
    members = identity.members([customer])
    texts = [node.text for node in members if node.state == NORMAL or len(members) == 1 or node.text in asked]
    traces = person_of_identifiers(texts or [node.text for node in members])
    return Person(str(customer), Traces(traces.identifiers, tuple(sorted({*traces.values, *plain}))))


def _candidates(home: Home, text: str) -> Iterable[tuple[str, tuple[tuple[str, str], ...]]]:
    """Identifiers it may be, each with the plain personal value that was given."""
    kind, _, value = text.partition(":")
    if kind in KINDS and value:
        if kind in PERSONAL_KINDS and not value.startswith("#"):
            yield from _pseudonym(home, kind, value)
        else:
            yield text, ()
        return
    if "@" in text:
        yield from _pseudonym(home, "email", text)
    elif sum(map(str.isdigit, text)) >= 6:
        yield from _pseudonym(home, "phone", text)
    for one in _PLAIN_KINDS:
        yield f"{one}:{text}", ()


def _pseudonym(home: Home, kind: str, value: str) -> Iterable[tuple[str, tuple[tuple[str, str], ...]]]:
    identifier = seen(kind, value, home.secret, home.region)
    if identifier is not None:
        yield str(identifier), ((kind, value.strip()),)


def _stands_alone(identifier: str, text: str) -> bool:
    """Whether an unknown value is clear enough to be searched for everywhere."""
    return identifier.startswith(("email:#", "phone:#")) or identifier == text
