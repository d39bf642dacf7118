"""Every channel that is found keeps the promises of channels; and what is particular to the three of them."""

from __future__ import annotations

import csv
from io import StringIO

import msgspec
import pytest

from choral.channels.contract import Channel, Message, Request, made
from choral.channels.direct_mail import CHANNEL as MAIL
from choral.channels.direct_mail import code_is_whole, personal_code
from choral.channels.discovery import channel as find
from choral.channels.discovery import channels
from choral.channels.signature import sign, verify
from choral.channels.store_till import StoreTill
from choral.core.clock import SECOND, FixedClock
from choral.core.errors import InvalidInput, NotAllowed, NotFound
from tests.promises.channel import ChannelPromises

NOW = 1_795_000_000


@pytest.fixture(params=sorted(channels()))
def channel(request: pytest.FixtureRequest) -> Channel:
    return find(request.param)


class TestEveryChannel(ChannelPromises):
    """The promises, for each file in the folder."""


def test_the_first_three_channels_are_found() -> None:
    assert {"store_till", "direct_mail", "web"} <= set(channels())


def test_an_unknown_channel_names_those_there_are() -> None:
    with pytest.raises(NotFound, match="store_till"):
        find("carrier_pigeon")


@pytest.mark.parametrize("late", [-301, 301, 86_400])
def test_a_signature_older_than_five_minutes_is_refused(late: int) -> None:
    with pytest.raises(NotAllowed):
        verify("s", sign("s", NOW, b"x"), b"x", NOW + late)


def test_while_a_secret_is_changed_both_signatures_may_stand() -> None:
    both = sign("old", NOW, b"x") + "," + sign("new", NOW, b"x").partition(",")[2]
    verify("old", both, b"x", NOW)
    verify("new", both, b"x", NOW)


def heard(**fields: object) -> list[dict[str, object]]:
    till = StoreTill(FixedClock(NOW * SECOND))
    body = msgspec.json.encode({"receipt": "1", "store": "7", "at": "2026-11-24T10:00:00Z", "currency": "EUR"} | fields)
    return till.hear(Request({"choral-signature": sign("s", NOW, body)}, body), made(till, {"secret": "s"}))


def test_a_receipt_below_zero_is_a_refund_told_in_positive_amounts() -> None:
    [event] = heard(total="-3.30", lines=[{"product_id": "a", "quantity": -3, "total": -3.3}])
    assert event["name"] == "Order Refunded"
    assert event["properties"] == {
        "order_id": "1", "store_id": "7", "total": 3.3, "currency": "EUR",
        "products": [{"product_id": "a", "quantity": 3, "total": 3.3}],
    }  # fmt: skip


def test_a_receipt_sent_twice_has_the_same_ids() -> None:
    first, second = heard(total=1, coupons=["A", "A"]), heard(total=1, coupons=["A", "A"])
    assert [one["id"] for one in first] == [one["id"] for one in second]
    assert len({one["id"] for one in first}) == 3


def test_a_receipt_without_total_says_what_is_missing() -> None:
    with pytest.raises(InvalidInput, match="total"):
        heard()


def test_the_print_file_cannot_carry_a_formula() -> None:
    fields = {"name": "=HYPERLINK(1)", "street": "+1", "postal_code": "1", "city": "Paris"}
    receipt = MAIL.deliver(Message("k", "c", "@text", fields), made(MAIL, {"sender": "s", "campaign": "c"}))
    [cells] = csv.reader(StringIO(receipt.document.decode()))
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]


def test_personal_codes_differ_and_find_one_wrong_sign() -> None:
    codes = {personal_code("autumn", f"m-{number}") for number in range(5_000)}
    assert len(codes) == 5_000
    code = personal_code("autumn", "m-1")
    assert code_is_whole(f" {code[:4]}-{code[4:].lower()} ")
    others = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    wrong = [code[:at] + sign + code[at + 1 :] for at in range(8) for sign in others if sign != code[at]]
    missed = sum(code_is_whole(one) for one in wrong)
    assert missed <= 8  # two of the 32 signs are alike modulo 31


def test_settings_that_do_not_exist_are_named() -> None:
    with pytest.raises(InvalidInput, match="colour"):
        made(MAIL, {"sender": "s", "campaign": "c", "colour": "red"})
