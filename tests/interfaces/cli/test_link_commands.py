"""Links from the command line: find, look, decide."""

from __future__ import annotations

import json

from choral.customers.consumer import consume
from choral.home import Home
from choral.shop import open_shop
from tests.interfaces.cli.called import call

_TOUR = {"postal_code": "99110", "city": "Pontreval", "last_name": "Tour"}
_LINES = [
    {"first_name": "Éloïse", "street": "12 rue des Lilas", "birthday": "1980-03-02"} | _TOUR,
    {"first_name": "Eloise", "street": "12, R. des Lilas", "birthday": "02/03/1980"} | _TOUR,
]


def test_two_lines_of_paper_are_found_to_be_one_person_and_decided_on(cafe: Home) -> None:
    lines = [
        json.dumps({"id": str(n), "name": "Customer Identified", "ids": [f"user:p{n}"], "traits": traits})
        for n, traits in enumerate(_LINES)
    ]
    assert call("send", given="\n".join(lines).encode()).code == 0
    shop = open_shop("cafe")
    consume(shop.home, shop.log)
    shop.close()
    assert "2 people compared, 1 pairs found" in call("links", "find").out
    (one,) = call("links", "list", "--json").json["rows"]
    assert "same birthday" in call("links", "list").out
    number = str(one["id"])
    assert "two people" in call("links", "refuse", number).out
    assert call("links", "accept", number, "--json").error["code"] == "decided_already"
    assert call("links", "reopen", number).code == 0
    assert call("links", "costs", "1", "1", "--json").json["threshold"] == 0.5
    assert call("links", "accept", "--above", "0.5", "--json").json == {"accepted": 1}
    assert call("links", "accept").code == 2
