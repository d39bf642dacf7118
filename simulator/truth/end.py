"""The truth at the end of a run: people, homes, devices, identifiers, campaigns with their true effects, totals."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from simulator.life.state import Life
from simulator.town.tastes import MESSAGES, SHOPS
from simulator.town.words import DEPARTMENTS
from simulator.truth.book import Book, device_name, person_name
from simulator.truth.identifiers import identifier_lines


def write_end(life: Life, counts: Mapping[str, int], days_lived: int) -> None:
    """Write all that is known only when the run is over; cheap when no truth is kept."""
    book: Book = life.book
    if not book.kept:
        return
    book.lines("people", map(_json, _people(life)))
    book.lines("homes", map(_json, _homes(life)))
    book.lines("devices", map(_json, _devices(life)))
    book.lines("identifiers", map(_json, identifier_lines(life)))
    campaigns = [_campaign(life, number) for number in sorted(life.assignments)]
    book.lines("campaigns", map(_json, campaigns))
    book.lines("assignments", map(_json, _assignments(life)))
    book.lines("channels", map(_json, _channels(campaigns)))
    book.lines("summary", [_json({"plan": _plan(life), "days_lived": days_lived, "counts": dict(counts)})])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _shares(names: tuple[str, ...], values: Any) -> dict[str, float]:
    return {name: round(float(value), 6) for name, value in zip(names, values, strict=True)}


def _people(life: Life) -> Iterator[dict[str, Any]]:
    town = life.town
    tastes = town.tastes
    for person in range(len(town.people)):
        home = int(town.homes.home[person])
        yield {
            "person_id": person_name(person),
            "home_id": f"h{home:06d}",
            "first_name": town.people.first[person],
            "last_name": town.people.last[person],
            "birthday": town.people.born[person].isoformat(),
            "street": town.homes.street[home],
            "postcode": town.homes.postcode[home],
            "city": town.homes.city[home],
            "account": bool(life.account[person]),
            "card": bool(life.carded[person]),
            "baseline_orders_per_day": round(float(tastes.rate[person]), 6),
            "departments": _shares(DEPARTMENTS, tastes.taste[person]),
            "shops": _shares(SHOPS, tastes.shop[person]),
            "preferred_shop": SHOPS[int(np.argmax(tastes.shop[person]))],
            "messages": _shares(MESSAGES, tastes.liking[person]),
            "preferred_message": MESSAGES[int(np.argmax(tastes.liking[person]))],
            "lift": _shares(MESSAGES, tastes.lift[person]),
        }


def _homes(life: Life) -> Iterator[dict[str, Any]]:
    homes = life.town.homes
    members: list[list[str]] = [[] for _ in homes.street]
    for person, home in enumerate(homes.home.tolist()):
        members[home].append(person_name(person))
    for home, people in enumerate(members):
        yield {
            "home_id": f"h{home:06d}",
            "street": homes.street[home],
            "postcode": homes.postcode[home],
            "city": homes.city[home],
            "phone": homes.landline[home],
            "person_ids": people,
        }


def _devices(life: Life) -> Iterator[dict[str, Any]]:
    devices = life.town.devices
    kinds = ("phone", "laptop", "tablet", "store tablet")
    for device, users in enumerate(devices.users):
        kind = kinds[int(devices.kind[device])]
        yield {
            "device_id": device_name(device),
            "kind": kind,
            "shared": len(users) > 1 or kind == "store tablet",
            "clock_ahead_ms": int(devices.skew[device]),
            "person_ids": [person_name(person) for person in users],
        }


def _campaign(life: Life, number: int) -> dict[str, Any]:
    """Effects are orders per treated person (intention to treat) over the whole run; held out have none."""
    campaign, tally = life.campaigns[number], life.tally
    lots = life.assignments[number]
    treated = int(lots.treated.sum())
    caused, expected = int(tally.caused[number]), float(tally.expected[number])
    return {
        "campaign_id": campaign.campaign_id,
        "channel": MESSAGES[campaign.channel],
        "department": DEPARTMENTS[campaign.department],
        "first_day": campaign.first_day,
        "days": campaign.days,
        "coupon_id": campaign.coupon_id or None,
        "cost_cents_per_touch": campaign.cost_cents,
        "eligible": int(lots.eligible.sum()),
        "treated": treated,
        "held_out": int(lots.held_out.sum()),
        "touches": int(tally.touches[number]),
        "seen": int(tally.seen[number]),
        "caused_orders": caused,
        "caused_revenue_cents": int(tally.caused_cents[number]),
        "expected_orders": round(expected, 6),
        "effect_per_treated": caused / treated if treated else 0.0,
        "expected_effect_per_treated": expected / treated if treated else 0.0,
    }


def _channels(campaigns: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """True average effects per channel; search clicks follow from the wish to buy and cause nothing."""
    for channel in MESSAGES:
        mine = [campaign for campaign in campaigns if campaign["channel"] == channel]
        sums = {name: sum(one[name] for one in mine) for name in ("treated", "touches", "caused_orders")}
        expected = sum(one["expected_orders"] for one in mine)
        yield {
            "channel": channel,
            **sums,
            "caused_revenue_cents": sum(one["caused_revenue_cents"] for one in mine),
            "effect_per_treated": sums["caused_orders"] / max(sums["treated"], 1),
            "expected_effect_per_treated": expected / max(sums["treated"], 1),
            "effect_per_touch": sums["caused_orders"] / max(sums["touches"], 1),
        }
    yield {"channel": "search", "treated": 0, "touches": 0, "caused_orders": 0, "effect_per_treated": 0.0}


def _assignments(life: Life) -> Iterator[dict[str, Any]]:
    for number, lots in sorted(life.assignments.items()):
        name = life.campaigns[number].campaign_id
        for person in np.flatnonzero(lots.eligible).tolist():
            yield {
                "campaign_id": name,
                "person_id": person_name(person),
                "held_out": bool(lots.held_out[person]),
            }


def _plan(life: Life) -> dict[str, Any]:
    plan = life.plan
    return {
        "people": plan.people,
        "days": plan.days,
        "start": plan.start.isoformat(),
        "seed": plan.seed,
        "faults": vars(plan.faults),
    }
