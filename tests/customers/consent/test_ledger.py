"""The ledger of consents: it only grows, unknown is no, the strictest counts, and whoever writes sees it at once."""

from __future__ import annotations

import msgspec
import pytest
from django.db import DatabaseError, connection, transaction

from choral import Shop
from choral.books import SYSTEM, act
from choral.books.outbox import BooksOutbox
from choral.core.clock import DAY, SYSTEM_CLOCK
from choral.core.errors import ChoralError
from choral.core.event import decode_lines
from choral.customers.consent import personal
from choral.customers.consent.actions import add_purpose, add_wording, forget_grants
from choral.customers.consent.queries import EntryFilter
from choral.customers.consent.values import Statement
from choral.events.relay import relay
from tests.customers.consent.said import NOON, OFFICER, may, say
from tests.customers.told import START, Told

BEFORE = NOON - 30 * DAY


def facts(shop: Shop) -> list[tuple[str, str]]:
    """The facts about consent in the log: name and id."""
    while relay(BooksOutbox(), shop.log):
        pass
    events = [one for batch in shop.log.read(0) for one in decode_lines(batch.payload) if batch.source == "choral"]
    return [(one.name, one.id) for one in events if one.name.startswith("Consent ")]


def test_unknown_is_no(told: Told) -> None:
    told.says("web", {"ids": ["user:1", "email:ada@shop.eu"]})
    assert may(told.shop, told.one("user:1")) == "no never_asked"
    assert may(told.shop, ["email:nobody@shop.eu"]) == "no never_asked"
    checked = told.customers.consent.allowed([told.one("user:1"), "17"], "offers", "email", NOON)
    assert checked.allowed == ()
    assert checked.counts == {"never_asked": 1, "no_such_customer": 1}


def test_what_was_written_is_read_at_once_and_by_every_way(told: Told) -> None:
    consent = told.customers.consent
    told.says("web", {"ids": ["user:1", "email:ada@shop.eu"]})
    one = told.one("user:1")
    say(told.shop, "email:ada@shop.eu", "granted", at=BEFORE)
    assert may(told.shop, one) == "yes granted"
    assert consent.allowed([one], "offers", "email", NOON).allowed == (one,)
    say(told.shop, "email:ada@shop.eu", "withdrawn", at=BEFORE + 1)
    assert may(told.shop, one) == "no refused"
    assert consent.allowed([one], "offers", "email", NOON).left_out == {one: "refused"}
    assert may(told.shop, one, at=BEFORE) == "yes granted", "what held at a time can be asked later"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE consent_entry SET state = 'granted'",
        "DELETE FROM consent_entry",
        "UPDATE consent_proof SET said = '{}'",
        "DELETE FROM consent_proof",
        "UPDATE consent_wording SET version = 9",
        "DELETE FROM consent_wording",
    ],
)
def test_the_ledger_its_proofs_and_texts_cannot_be_changed_by_any_way(shop: Shop, statement: str) -> None:
    say(shop, "email:ada@shop.eu", "denied", proof={"form": "counter 3"})
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_entry_tells_one_fact_without_proof_or_address(shop: Shop) -> None:
    say(shop, "email:ada@shop.eu", "granted", proof={"ip": "192.0.2.99"})
    say(shop, "email:ada@shop.eu", "paused", "*", "*", until=NOON)
    say(shop, "card:8812", "withdrawn", "*", "sms")
    shop.customers.consent.request(OFFICER, "email:bob@shop.eu", "newsletter", "email", "form", {})
    told = facts(shop)
    assert sorted(name for name, _ in told) == [
        "Consent Given", "Consent Paused", "Consent Requested", "Consent Withdrawn",
    ]  # fmt: skip
    keys = {f"consent-{key}" for (key,) in act(lambda tx: tx.rows("SELECT key FROM consent_entry"), SYSTEM)}
    assert {identity for _, identity in told} == keys, "sum(facts) is sum(book)"
    payload = b"".join(batch.payload for batch in shop.log.read(0))
    assert b"192.0.2.99" not in payload and b"ada@" not in payload


def test_a_statement_sent_twice_with_its_key_is_one_entry_and_one_fact(shop: Shop) -> None:
    said = Statement("card:8812", "offers", "sms", "granted", "form", key="form-7")
    first = shop.customers.consent.record(OFFICER, [said])
    assert shop.customers.consent.record(OFFICER, [said]) == []
    assert len(first) == len(facts(shop)) == 1


def test_of_two_people_made_one_the_stricter_counts_and_undoing_the_merge_gives_back_what_each_had(told: Told) -> None:
    told.says("web", {"ids": ["user:1", "anonymous:a"]})
    told.says("till", {"ids": ["card:8"]})
    say(told.shop, "user:1", "granted", at=BEFORE)
    say(told.shop, "card:8", "denied", at=BEFORE - DAY)
    assert (may(told.shop, told.one("user:1")), may(told.shop, told.one("card:8"))) == ("yes granted", "no refused")
    told.says("mistake", {"ids": ["user:1", "card:8"]})
    assert told.same("user:1", "card:8")
    assert may(told.shop, told.one("user:1")) == "no refused", "older, and still the stricter"
    withdraw(told, "mistake")
    assert not told.same("user:1", "card:8")
    assert (may(told.shop, told.one("user:1")), may(told.shop, told.one("card:8"))) == ("yes granted", "no refused")


def withdraw(told: Told, name: str) -> None:
    """As an import undone does it: the fact that a source counts no more."""
    from choral.core.event import Event
    from choral.customers import sets
    from choral.customers.withdrawal import NAME
    from tests.customers.told import append

    source = next(one.id for one in told.shop.events.sources() if one.name == name)
    append(told.shop, "choral", [Event(f"w-{name}", NAME, START, (), properties=sets.raw({"source": source}))])
    told.consume()


def test_a_merge_never_widens_a_consent_to_another_address(told: Told) -> None:
    told.says("till", {"ids": ["card:8", "email:ada@shop.eu"]}, {"ids": ["card:8", "email:bob@shop.eu"]})
    say(told.shop, "email:ada@shop.eu", "granted", at=BEFORE)
    one, ada = told.one("card:8"), told.customers.consent.identifier("email:ada@shop.eu")
    found = told.customers.consent.may_send(one, "offers", "email", NOON)
    assert found.allowed and found.addresses == (ada,)
    assert may(told.shop, one, address="email:bob@shop.eu") == "no other_address"
    assert may(told.shop, ["email:bob@shop.eu"]) == "no other_address"
    assert may(told.shop, ["email:ada@shop.eu"]) == "yes granted"


def test_a_consent_said_with_the_account_covers_the_addresses_of_the_account(told: Told) -> None:
    told.says("web", {"ids": ["user:1", "email:ada@shop.eu"]})
    say(told.shop, "user:1", "granted", at=BEFORE)
    assert may(told.shop, ["email:ada@shop.eu"]) == "yes granted"
    assert may(told.shop, told.one("user:1"), channel="sms") == "no never_asked"


def test_an_address_that_joins_an_account_later_starts_without_its_consent(told: Told) -> None:
    told.says("web", {"ids": ["user:1", "email:ada@shop.eu"]})
    say(told.shop, "user:1", "granted", at=START + DAY)
    told.says("web", {"ids": ["user:1", "email:new@shop.eu"], "at": START + 5 * DAY})
    assert told.same("user:1", mail(told, "ada"), mail(told, "new"))
    one = told.one("user:1")
    found = told.customers.consent.may_send(one, "offers", "email", NOON)
    assert found.allowed and found.addresses == (mail(told, "ada"),)
    assert may(told.shop, ["email:new@shop.eu"]) == "no other_address"
    assert told.customers.consent.allowed([one], "offers", "email", NOON).allowed == (one,)


def mail(told: Told, name: str) -> str:
    return told.customers.consent.identifier(f"email:{name}@shop.eu")


def test_a_browser_may_agree_for_itself_but_not_for_an_address(told: Told) -> None:
    told.says("web", {"ids": ["email:ada@shop.eu", "anonymous:a"]})
    say(told.shop, "anonymous:a", "granted", at=BEFORE)
    say(told.shop, "anonymous:a", "granted", "profiling", "*", at=BEFORE)
    assert may(told.shop, ["email:ada@shop.eu"]) == "no other_address"
    assert may(told.shop, ["email:ada@shop.eu"], "profiling", "*") == "yes granted"


def test_a_refusal_of_everything_on_a_channel_leaves_orders_and_other_channels(shop: Shop) -> None:
    for channel in ("email", "sms"):
        say(shop, "card:8", "granted", channel=channel, at=BEFORE)
    say(shop, "card:8", "withdrawn", "*", "email", at=BEFORE + 1)
    assert may(shop, ["card:8"]) == "no refused"
    assert may(shop, ["card:8"], channel="sms") == "yes granted"
    assert may(shop, ["card:8"], "service") == "yes essential"


def test_who_asks_for_a_rest_gets_nothing_until_its_day_and_what_they_agreed_to_afterwards(shop: Shop) -> None:
    say(shop, "card:8", "granted", at=BEFORE)
    say(shop, "card:8", "paused", "*", "*", until=NOON + DAY, at=BEFORE + 1)
    found = shop.customers.consent.may_send(["card:8"], "offers", "email", NOON)
    assert (found.allowed, found.reasons[0].code, found.not_before_at) == (False, "paused", NOON + DAY)
    assert may(shop, ["card:8"], at=NOON + DAY) == "yes granted"
    say(shop, "card:8", "paused", "*", "*", until=BEFORE, at=BEFORE + 2)
    assert may(shop, ["card:8"]) == "yes granted", "a pause can be ended"


def test_an_unconfirmed_request_neither_gives_nor_takes(shop: Shop) -> None:
    say(shop, "email:ada@shop.eu", "pending", at=BEFORE)
    assert may(shop, ["email:ada@shop.eu"]) == "no pending"
    say(shop, "email:bob@shop.eu", "granted", at=BEFORE)
    say(shop, "email:bob@shop.eu", "pending", at=BEFORE + 1)
    assert may(shop, ["email:bob@shop.eu"]) == "yes granted", "a stranger's form must not end a consent"


def test_a_fast_clock_cannot_agree_for_tomorrow(shop: Shop) -> None:
    tomorrow = SYSTEM_CLOCK.now() + DAY
    say(shop, "card:8", "granted", at=tomorrow)
    say(shop, "card:8", "withdrawn")
    assert may(shop, ["card:8"], at=tomorrow + DAY) == "no refused"


def test_what_own_customers_were_told_at_a_sale_holds_where_the_country_lets_it(shop: Shop) -> None:
    for channel in ("email", "sms"):
        say(shop, "phone:+33612345678", "granted", channel=channel, basis="similar_products", at=BEFORE)
        say(shop, "card:8", "granted", channel=channel, basis="similar_products", at=BEFORE)
    assert may(shop, ["card:8"], country="IT") == "yes granted"
    assert may(shop, ["card:8"], channel="sms", country="IT") == "no basis_not_allowed"
    assert may(shop, ["card:8"], channel="sms", country="FR") == "yes granted"


def test_every_entry_rests_on_the_text_that_was_shown_and_a_new_text_changes_no_old_entry(shop: Shop) -> None:
    texts = {"en": "Yes to offers", "fr": "Oui aux offres", "it": "Sì alle offerte"}
    before = say(shop, "card:8", "granted")
    assert act(add_wording, OFFICER, "offers", texts) == 2
    after = say(shop, "card:8", "granted")
    versions = [shop.customers.consent.entry(one).wording for one in (*before, *after)]
    assert versions == [1, 2]
    newest, first = shop.customers.consent.wordings("offers")
    assert (newest.texts, newest.used, first.used) == (texts, 1, 1)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (Statement("card:8", "everything", "email", "granted", "x"), "unknown_purpose"),
        (Statement("card:8", "*", "email", "granted", "x"), "consent_without_purpose"),
        (Statement("card:8", "offers", "pigeon", "granted", "x"), "unknown_channel"),
        (Statement("card:8", "offers", "email", "maybe", "x"), "unknown_state"),
        (Statement("card:8", "offers", "email", "paused", "x"), "pause_without_end"),
        (Statement("card:8", "offers", "email", "granted", "x", basis="hope"), "unknown_basis"),
        (Statement("8812", "offers", "email", "granted", "x"), "bad_identifier"),
        (Statement("email:nobody", "offers", "email", "granted", "x"), "bad_identifier"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_reason_and_nothing_is_written(
    shop: Shop, statement: Statement, code: str
) -> None:
    with pytest.raises(ChoralError) as refused:
        shop.customers.consent.record(OFFICER, [Statement("card:9", "offers", "email", "denied", "x"), statement])
    assert refused.value.code == code
    assert shop.customers.consent.entries(EntryFilter()).rows == ()


def test_the_shop_adds_purposes_of_its_own(shop: Shop) -> None:
    names = {"en": "Magazine", "fr": "Magazine", "it": "Rivista"}
    act(add_purpose, OFFICER, "magazine", "message", "legitimate_interest", names, names)
    assert may(shop, ["card:8"], "magazine", "post") == "yes no_objection", "France lets post rest on it"
    assert may(shop, ["card:8"], "magazine", "email") == "no never_asked"
    say(shop, "card:8", "denied", "magazine", "post", at=BEFORE)
    assert may(shop, ["card:8"], "magazine", "post") == "no refused"
    with pytest.raises(ChoralError, match="already"):
        act(add_purpose, OFFICER, "magazine", "message", "consent", names, names)


def test_an_import_that_is_undone_takes_its_consents_along_and_leaves_its_refusals(shop: Shop) -> None:
    said = [Statement("card:8", "offers", "email", "granted", "import", origin="csv-1", at=BEFORE),
            Statement("card:9", "offers", "email", "denied", "import", origin="csv-1", at=BEFORE)]  # fmt: skip
    shop.customers.consent.record(OFFICER, said)
    assert may(shop, ["card:8"]) == "yes granted"
    for _ in range(2):
        act(forget_grants, SYSTEM, ["csv-1"])
    assert (may(shop, ["card:8"]), may(shop, ["card:9"])) == ("no never_asked", "no refused")


def test_an_erased_person_is_gone_but_for_the_refusal_of_their_address(shop: Shop) -> None:
    mail = shop.customers.consent.identifier("email:ada@shop.eu")
    say(shop, mail, "granted", proof={"ip": "192.0.2.99", "form": "canary"}, at=BEFORE)
    say(shop, "card:8", "granted", at=BEFORE)
    assert [len(one.rows) for one in personal.told([mail, "card:8"])] == [2]
    assert act(personal.erase, SYSTEM, [mail, "card:8"]) == 2
    (left,) = shop.customers.consent.entries(EntryFilter(), personal=True).rows
    assert (left.identifier, left.state, left.purpose, left.place, left.proof) == (
        mail,
        "withdrawn",
        "*",
        "erasure",
        {},
    )
    say(shop, mail, "granted", origin="csv-2", at=BEFORE)
    assert may(shop, [mail], at=SYSTEM_CLOCK.now()) in ("no refused", "no quiet_hours")
    assert b"canary" not in msgspec.json.encode([one.rows for one in personal.told([mail, "card:8"])])


def test_the_counts_are_those_of_the_last_word_of_each(shop: Shop) -> None:
    for number in range(6):
        say(shop, f"card:{number}", "granted", at=BEFORE)
    say(shop, "card:0", "withdrawn", at=BEFORE + 1)
    say(shop, "card:1", "pending", at=BEFORE + 1)
    say(shop, "card:9", "pending", at=BEFORE)
    (found,) = shop.customers.consent.counts()
    assert (found.purpose, found.channel, found.granted, found.refused, found.pending) == ("offers", "email", 5, 1, 1)
