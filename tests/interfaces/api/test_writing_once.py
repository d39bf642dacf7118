"""A write with an Idempotency-Key happens once, however often and however closely it is sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from api_program import Program

from choral import Shop, open_shop
from choral.books import SYSTEM, Tx, act
from choral.books.actions import KEPT_FOR, forget_answers
from choral.books.idempotency import Answer, Once, once, once_beside
from choral.core.errors import Conflict
from choral.home import Home
from choral.team import keys, members


@pytest.fixture(params=["sqlite", "postgres"])
def shop(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Once each with the books in SQLite and in PostgreSQL."""
    if request.param == "postgres":
        monkeypatch.setenv("CHORAL_BOOKS_URL", request.getfixturevalue("postgres_url"))
    opened = open_shop(Home.make(tmp_path / "shop", name="Test shop").path)
    yield opened
    opened.close()


NEW_MEMBER = {"email": "ada@shop.eu", "name": "Ada", "role": "agent"}


def test_the_same_request_again_gets_the_same_answer_and_changes_nothing(owner: Program) -> None:
    path, change = "/api/v1/members/{}", {"role": "analyst"}
    made = owner.send("POST", "/api/v1/members", NEW_MEMBER).json()["member"]["id"]
    first = owner.send("PATCH", path.format(made), change, once="k1")
    owner.send("PATCH", path.format(made), {"role": "agent"}, once="k2")
    again = owner.send("PATCH", path.format(made), change, once="k1")
    assert first.content == again.content
    assert again["Idempotent-Replayed"] == "true"
    assert owner.get(path.format(made)).json()["role"] == "agent"


def test_the_key_for_another_request_is_a_conflict(owner: Program) -> None:
    owner.send("POST", "/api/v1/keys", {"name": "Till", "role": "associate"}, once="k1")
    answer = owner.send("POST", "/api/v1/keys", {"name": "Till", "role": "owner"}, once="k1")
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert len(keys()) == 2


def test_keys_of_different_callers_never_meet(program: Callable[[str], Program]) -> None:
    one, other = program("owner"), program("owner")
    assert one.send("POST", "/api/v1/sources", {"name": "A"}, once="k1").json()["name"] == "A"
    assert other.send("POST", "/api/v1/sources", {"name": "B"}, once="k1").json()["name"] == "B"


def test_what_was_refused_may_be_tried_again_with_the_same_key(owner: Program) -> None:
    owner.send("POST", "/api/v1/members", NEW_MEMBER)
    refused = owner.send("POST", "/api/v1/members", NEW_MEMBER, once="k1")
    assert (refused.status_code, refused.json()["code"]) == (409, "member_exists")
    other = owner.send("POST", "/api/v1/members", NEW_MEMBER | {"email": "eve@shop.eu"}, once="k1")
    assert other.status_code == 201


def test_a_secret_is_shown_once_and_kept_nowhere(owner: Program, shop: Shop) -> None:
    first = owner.send("POST", "/api/v1/keys", {"name": "Till", "role": "associate"}, once="k1").json()
    again = owner.send("POST", "/api/v1/keys", {"name": "Till", "role": "associate"}, once="k1").json()
    assert again == {"id": first["id"], "secret": None}
    invited = owner.send("POST", "/api/v1/members", NEW_MEMBER, once="k2").json()
    assert owner.send("POST", "/api/v1/members", NEW_MEMBER, once="k2").json()["sign_in_path"] is None
    shop.close()
    stored = b"".join(file.read_bytes() for file in shop.home.path.glob("books.db*"))
    assert first["secret"].encode() not in stored
    assert invited["sign_in_path"].rsplit("/", 1)[-1].encode() not in stored


def test_events_sent_twice_with_one_key_are_counted_once(owner: Program, shop: Shop) -> None:
    source = owner.send("POST", "/api/v1/sources", {"name": "Till"}).json()["id"]
    body = {"source": source, "events": [{"name": "Order Completed", "amount": 100, "currency": "EUR"}]}
    first = owner.send("POST", "/api/v1/events", body, once="k1")
    assert owner.send("POST", "/api/v1/events", body, once="k1").content == first.content
    assert shop.events.status().head == 1


def test_many_at_once_make_one_member(owner: Program) -> None:
    answers: list[tuple[int, bytes]] = []

    def send() -> None:
        answer = owner.send("POST", "/api/v1/members", NEW_MEMBER | {"email": "one@shop.eu"}, once="same")
        answers.append((answer.status_code, answer.content))

    threads = [threading.Thread(target=send) for _ in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _ in answers} == {201}
    assert len([one for one in members() if one.email == "one@shop.eu"]) == 1


def test_nothing_is_kept_when_the_work_fails_in_the_middle(shop: Shop) -> None:
    asked = Once.of("key:1", "k", b"POST")

    def broken() -> Answer:
        act(_audit, SYSTEM)
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        once(SYSTEM, asked, broken)
    assert act(_audits, SYSTEM) == 0
    assert once(SYSTEM, asked, lambda: Answer(200, b"done")).replayed is False
    assert once(SYSTEM, asked, broken) == Answer(200, b"done", replayed=True)


def test_work_beside_the_books_is_refused_to_the_second_until_it_is_done(shop: Shop) -> None:
    asked = Once.of("key:1", "k", b"POST")

    def slow() -> Answer:
        with pytest.raises(Conflict) as raised:
            once_beside(SYSTEM, asked, lambda: Answer(200, b"second"))
        assert raised.value.code == "idempotency_key_in_use"
        return Answer(200, b"first")

    assert once_beside(SYSTEM, asked, slow).body == b"first"
    assert once_beside(SYSTEM, asked, slow) == Answer(200, b"first", replayed=True)


def test_a_claim_left_by_a_crash_is_taken_over_after_a_minute(shop: Shop) -> None:
    asked = Once.of("key:1", "k", b"POST")

    def claim(tx: Tx, at: int) -> None:
        tx.execute(
            "INSERT INTO books_idempotency(owner, key, request, status, body, at) VALUES (%s, %s, %s, 0, %s, %s)",
            (asked.owner, asked.key, asked.request, b"", tx.now - at),
        )

    act(claim, SYSTEM, 59_000_000)
    with pytest.raises(Conflict):
        once_beside(SYSTEM, asked, lambda: Answer(200, b""))
    act(_age, SYSTEM, 2_000_000)
    assert once_beside(SYSTEM, asked, lambda: Answer(200, b"again")).body == b"again"


def test_answers_are_kept_for_more_than_seven_days(shop: Shop) -> None:
    once(SYSTEM, Once.of("key:1", "k", b"POST"), lambda: Answer(200, b"x"))
    act(_age, SYSTEM, 7 * 86_400_000_000)
    assert act(forget_answers, SYSTEM) == 0
    act(_age, SYSTEM, KEPT_FOR)
    assert act(forget_answers, SYSTEM) == 1


@pytest.mark.parametrize("key", ["", "é", "x" * 256, "a\tb"])
def test_a_key_that_cannot_be_kept_is_refused(owner: Program, key: str) -> None:
    answer = owner.send("POST", "/api/v1/keys", {"name": "Till", "role": "associate"}, once=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")


def _age(tx: Tx, by: int) -> None:
    tx.execute("UPDATE books_idempotency SET at = at - %s", (by,))


def _audit(tx: Tx) -> None:
    tx.audit("test.happened", "test")


def _audits(tx: Tx) -> int:
    return int(tx.rows("SELECT count(*) FROM books_audit WHERE action = 'test.happened'")[0][0])
