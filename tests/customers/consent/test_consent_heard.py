"""What other systems say about consent reaches the ledger once, in whatever order it comes."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from choral import Shop
from choral.customers.consent.queries import EntryFilter
from choral.customers.consent.words import meaning
from choral.customers.consumer import rebuild
from tests.customers.consent.said import may
from tests.customers.consent.test_ledger import facts
from tests.customers.told import START, Told, append, event

LATER = START + 10_000_000_000


def ledger(shop: Shop) -> list[tuple[str, str, str, str]]:
    rows = shop.customers.consent.entries(EntryFilter(), limit=1_000).rows
    return sorted((one.identifier, one.purpose, one.channel, one.state) for one in rows)


def now(shop: Shop, who: Any, purpose: str = "offers", channel: str = "email") -> str:
    """The state that counts, whatever the hour."""
    found = shop.customers.consent.standings(shop.customers.consent.identifiers(who))
    return next(one.state for one in found if (one.purpose, one.channel) == (purpose, channel))


def test_a_consent_in_an_event_of_any_sdk_is_in_the_ledger_with_its_event_as_proof(told: Told) -> None:
    told.says("web", {"name": "Consent Given", "ids": ["user:1", "email:ada@shop.eu"],
                      "properties": {"purpose": "offers", "channel": "email", "place": "checkout"}})  # fmt: skip
    (entry,) = told.customers.consent.entries(EntryFilter(), personal=True).rows
    mail = told.customers.consent.identifier("email:ada@shop.eu")
    assert (entry.identifier, entry.purpose, entry.channel, entry.state) == (mail, "offers", "email", "granted")
    assert entry.proof["name"] == "Consent Given" and entry.at == START + 1
    assert may(told.shop, told.one("user:1")) == "yes granted"


def test_traits_of_identify_say_it_by_purpose_and_channel_or_in_the_words_of_mailing_tools(told: Told) -> None:
    traits = {"consent": {"newsletter": {"email": True, "sms": False}, "profiling": True}, "accepts_marketing": "oui",
              "sms_opt_in": 0, "plan": "gold", "email_opt_in": "perhaps"}  # fmt: skip
    told.says("web", {"name": "Customer Identified", "ids": ["user:1"], "traits": traits})
    assert ledger(told.shop) == [
        ("user:1", "newsletter", "email", "granted"),
        ("user:1", "newsletter", "sms", "denied"),
        ("user:1", "offers", "email", "granted"),
        ("user:1", "offers", "sms", "denied"),
        ("user:1", "profiling", "*", "granted"),
    ]
    assert told.customers.get(told.one("user:1"), personal=True).records == (), "choices are no personal values"


def test_the_consent_banner_of_segment_is_heard(told: Told) -> None:
    context = {"consent": {"categoryPreferences": {"Advertising": False, "Personalization": True}}}
    told.says("web", {"name": "Segment Consent Preference Updated", "ids": ["anonymous:a"], "context": context})
    told.says("web", {"name": "Page Viewed", "ids": ["anonymous:a"], "context": context})
    assert ledger(told.shop) == [("anonymous:a", "advertising", "*", "denied"),
                                 ("anonymous:a", "profiling", "*", "granted")]  # fmt: skip


@pytest.mark.parametrize(
    ("happened", "purpose", "channel"),
    [
        ({"name": "Unsubscribed", "properties": {"list_id": "newsletter"}}, "newsletter", "email"),
        ({"name": "Unsubscribed", "properties": {"list_id": "spring-2026"}}, "*", "email"),
        ({"name": "Unsubscribed", "properties": {"channel": "sms"}}, "*", "sms"),
        ({"name": "Email Marked as Spam"}, "*", "email"),
        ({"name": "Consent Withdrawn"}, "*", "*"),
    ],
)
def test_a_refusal_told_by_a_provider_counts_rather_too_widely_than_too_narrowly(
    told: Told, happened: dict[str, Any], purpose: str, channel: str
) -> None:
    told.says("provider", happened | {"ids": ["user:1"]})
    assert ledger(told.shop) == [("user:1", purpose, channel, "withdrawn")]


@pytest.mark.parametrize("text", ["STOP", "stop.", " S T O P ", "Arrêt", "ARRÊTEZ !", "annulla", "BASTA!!", "Stop SMS"])
def test_stop_in_three_languages_ends_texts_for_every_purpose_of_that_number(told: Told, text: str) -> None:
    told.says("till", {"ids": ["card:8", "phone:+33612345678"]})
    received = {"ids": ["phone:+33612345678"], "channel": "sms", "properties": {"text": text}}
    told.says("sms", {"name": "Consent Given", "ids": ["card:8"], "properties": {"purpose": "offers", "channel": "*"}})
    told.says("sms", {"name": "SMS Received", **received})
    assert (now(told.shop, told.one("card:8"), channel="sms"), now(told.shop, told.one("card:8"))) == (
        "refused", "granted",
    )  # fmt: skip


@pytest.mark.parametrize("text", ["please do not stop", "stop by the store tomorrow?", "non", "arrêt de bus", ""])
def test_a_message_that_only_contains_the_word_ends_nothing(text: str) -> None:
    assert meaning(text) == ""


def test_start_gives_nothing_back_because_a_consent_names_its_purpose(told: Told) -> None:
    for text in ("STOP", "START"):
        told.says("sms", {"name": "Message Received", "ids": ["phone:+33612345678"], "channel": "sms",
                          "properties": {"text": text}})  # fmt: skip
    assert meaning("START") == "start"
    assert now(told.shop, ["phone:+33612345678"], channel="sms") == "refused"


def test_the_order_in_which_statements_arrive_makes_no_difference_to_what_holds(told: Told) -> None:
    chance = random.Random(3)
    said = [
        event(number, f"user:{number % 3}", name=chance.choice(["Consent Given", "Consent Withdrawn"]),
              at=chance.randrange(8), properties={"purpose": "offers", "channel": chance.choice(["email", "*"])})
        for number in range(40)
    ]  # fmt: skip
    outcomes = set()
    for round_ in range(4):
        people = {f"user:{n}": f"user:r{round_}-{n}" for n in range(3)}
        chance.shuffle(said)
        for one in said:
            mine = event(round_ * 1_000 + int(one.id[1:]), people[one.ids[0]], name=one.name, at=one.at - START)
            append(told.shop, "web", [type(one)(mine.id, one.name, one.at, mine.ids, properties=one.properties)])
        told.consume(7)
        outcomes.add(tuple(now(told.shop, [one]) for one in people.values()))
    assert len(outcomes) == 1, outcomes


def test_reading_the_log_again_writes_nothing_again_and_tells_nothing_again(told: Told) -> None:
    told.says("web", *({"name": "Consent Given", "ids": [f"user:{number}"], "properties": {"purpose": "offers"}}
                       for number in range(1, 21)))  # fmt: skip
    told.says("web", {"name": "Unsubscribed", "ids": ["user:3"]})
    before, first = ledger(told.shop), facts(told.shop)
    told.consume()
    rebuild(told.shop.home, told.shop.log)
    assert ledger(told.shop) == before
    assert facts(told.shop) == first and len(first) == 21, "a fact of ours is not heard as somebody's word"


def test_killed_between_the_ledger_and_the_views_it_hears_everything_once(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.says("web", {"name": "Consent Given", "ids": ["user:1"], "properties": {"purpose": "offers"}}, consumed=False)
    with monkeypatch.context() as patched:
        patched.setattr("choral.customers.progress.save", _crash)
        with pytest.raises(KeyboardInterrupt):
            told.consume()
    assert len(ledger(told.shop)) == 1
    told.consume()
    assert len(ledger(told.shop)) == len(facts(told.shop)) == 1


def _crash(*_: object) -> None:
    raise KeyboardInterrupt


def test_of_two_statements_of_the_same_moment_the_stricter_counts_in_either_order(told: Told) -> None:
    for number, names in enumerate(itertools.permutations(["Consent Given", "Consent Withdrawn"])):
        for position, name in enumerate(names):
            append(told.shop, "web", [event(10 * number + position, f"user:{number}", name=name, at=5,
                                            properties={"purpose": "offers", "channel": "email"})])  # fmt: skip
        told.consume()
        assert now(told.shop, [f"user:{number}"]) == "refused"
