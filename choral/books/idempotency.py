"""Doing a write once however often it is asked for: what was answered to a key is kept and given again.

A key belongs to its caller. The same key with the same request gives the same answer; with another request it is a
conflict. Only successes are kept: what was refused changed nothing and may be tried again with the same key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from choral.books.actions import claim_key, keep_answer, release_key
from choral.books.unit_of_work import Actor, Tx, act
from choral.core.errors import InvalidInput
from choral.core.ids import digest

LONGEST_KEY = 255


@dataclass(frozen=True)
class Answer:
    """What a write answered: an HTTP status and its body; `replayed` when it was kept from an earlier time.

    `kept` is the body to keep where it must be another: a secret is shown once and stored nowhere.
    """

    status: int
    body: bytes
    replayed: bool = False
    kept: bytes | None = None


@dataclass(frozen=True)
class Once:
    """One request that must happen once: whose it is, its key, and a digest of everything it asks for."""

    owner: str
    key: str
    request: bytes

    @classmethod
    def of(cls, owner: str, key: str, *parts: bytes) -> Once:
        """From the parts of a request (method, address, body); `InvalidInput` `bad_idempotency_key`."""
        if not key.isascii() or not key.isprintable() or not 0 < len(key) <= LONGEST_KEY:
            raise InvalidInput(
                "bad_idempotency_key",
                "The Idempotency-Key cannot be used.",
                f"It must have 1 to {LONGEST_KEY} printable ASCII characters.",
                "Send a new random UUID for each thing you want done once.",
            )
        return cls(owner, key, digest(b"".join(len(part).to_bytes(8, "big") + part for part in parts), 32))


def once(actor: Actor, asked: Once, work: Callable[[], Answer]) -> Answer:
    """Do `work` and keep its answer in one transaction of the books; whoever asks at the same time waits for it.

    For writes that are actions of the books: an `act` inside `work` joins this transaction. Raises `Conflict`
    `idempotency_key_reused` for another request, and whatever `work` raises (then nothing is kept or changed).
    """

    def action(tx: Tx) -> Answer:
        kept = claim_key(tx, asked.owner, asked.key, asked.request)
        if kept is not None:
            return Answer(*kept, replayed=True)
        answer = work()
        keep_answer(tx, asked.owner, asked.key, answer.status, _body_to_keep(answer))
        return answer

    return act(action, actor)


def once_beside(actor: Actor, asked: Once, work: Callable[[], Answer]) -> Answer:
    """The same for work that writes elsewhere (the log, files) or takes long, and may safely be done again.

    The key is claimed first; whoever asks meanwhile gets `Conflict` `idempotency_key_in_use`. A claim left behind by
    a crash is taken over after a minute.
    """
    kept = act(claim_key, actor, asked.owner, asked.key, asked.request)
    if kept is not None:
        return Answer(*kept, replayed=True)
    try:
        answer = work()
    except BaseException:
        act(release_key, actor, asked.owner, asked.key)
        raise
    act(keep_answer, actor, asked.owner, asked.key, answer.status, _body_to_keep(answer))
    return answer


def _body_to_keep(answer: Answer) -> bytes:
    return answer.body if answer.kept is None else answer.kept
