"""Talking to the shop: telephone calls, chats, voice assistants, forms, and print codes that are scanned."""

import numpy as np

from simulator.arrays import MINUTE, SECOND, Ints, pick
from simulator.chance import chance, habit_ms, hex_ids
from simulator.life.messages import print_codes
from simulator.life.state import Life
from simulator.life.touches import Touches
from simulator.stream.block import SERVER, SERVER_CONTEXT, WEB, Block, block, external, quoted
from simulator.town.mistakes import maybe_mistyped

_MENU = ("orders", "returns", "opening_hours", "loyalty", "agent")
_INTENTS = ("order_status", "opening_hours", "reorder", "find_product")


def service_blocks(life: Life, day: int) -> list[Block]:
    """A day's calls, chats, voice questions and web forms."""
    return [
        *_calls(life, day, life.chance(day, "calls")),
        *_chats(life, day, life.chance(day, "chats")),
        _voice(life, day, life.chance(day, "voice")),
        *_forms(life, day, life.chance(day, "forms")),
    ]


def scan_blocks(life: Life, touches: Touches) -> list[Block]:
    """A postcard's code is scanned with the phone, whose browser is thereby tied to the addressee."""
    phone = life.town.devices.phone[touches.person]
    some = touches.take(np.flatnonzero(touches.clicked & (phone >= 0)))
    device = life.town.devices.phone[some.person]
    payload = []
    for number, person in zip(some.campaign.tolist(), some.person.tolist(), strict=True):
        campaign = life.campaigns[number]
        code = print_codes(campaign, np.array([person]))[0]
        payload.append(f'{{"code":"{code}","campaign_id":"{campaign.campaign_id}"}}')
    return [
        block(
            "Print Code Scanned",
            WEB,
            "post",
            some.noticed + 5 * SECOND,
            some.person,
            payload,
            anonymous=quoted(pick(life.cookie, device)),
            user=["null"] * len(some),
            context=pick(life.town.devices.web_context, device),
            device=device,
            touch=some.serial,
        )
    ]


def _moments(life: Life, day: int, people: Ints, g: np.random.Generator) -> Ints:
    return life.midnight(day) + habit_ms(g, life.town.tastes.hour[people], 3, 8.5, 19.5)


def _callers(life: Life, rate: float, g: np.random.Generator) -> Ints:
    return np.flatnonzero((g.random(len(life.account)) < rate) & life.town.people.adult)


def _calls(life: Life, day: int, g: np.random.Generator) -> list[Block]:
    """Known only by the number they call from: the mobile, or in homes that have one the family's line."""
    people = _callers(life, 0.006, g)
    home = life.town.homes.home[people]
    mobile, line = pick(life.town.contacts.phone, people), pick(life.town.homes.landline, home)
    landed = (g.random(len(people)) < 0.5).tolist()
    numbers = [b if b and (use or not a) else a for a, b, use in zip(mobile, line, landed, strict=True)]
    calls = hex_ids(g, len(people), 12)
    at, seconds = _moments(life, day, people, g), g.integers(40, 900, len(people))
    inbound = g.random(len(people)) < 0.85
    menu = g.integers(len(_MENU), size=len(people))
    way = ["inbound" if one else "outbound" for one in inbound.tolist()]
    start = [f'{{"call_id":"{a}","direction":"{b}"}}' for a, b in zip(calls, way, strict=True)]
    chosen = [f'{{"call_id":"{a}","option":"{_MENU[b]}"}}' for a, b in zip(calls, menu.tolist(), strict=True)]
    rows = zip(calls, way, seconds.tolist(), strict=True)
    end = [f'{{"call_id":"{a}","direction":"{b}","duration_s":{c}}}' for a, b, c in rows]
    asks = np.flatnonzero(inbound)
    context = [SERVER_CONTEXT + text for text in external("phone", numbers)]
    return [
        block(
            name,
            SERVER,
            "phone",
            when[some],
            people[some],
            pick(payload, some),
            anonymous=quoted([f"call-{one}" for one in pick(calls, some)]),
            user=["null"] * len(some),
            context=pick(context, some),
        )
        for name, when, payload, some in (
            ("Call Started", at, start, np.arange(len(people))),
            ("Voice Menu Chosen", at + 15 * SECOND, chosen, asks),
            ("Call Ended", at + seconds * SECOND, end, np.arange(len(people))),
        )
    ]


def _chats(life: Life, day: int, g: np.random.Generator) -> list[Block]:
    people = _callers(life, 0.006, g)
    people = people[life.town.devices.phone[people] >= 0]
    device = life.town.devices.phone[people]
    names, count = hex_ids(g, len(people), 12), len(people)
    at, messages = _moments(life, day, people, g), g.integers(2, 8, count)
    user = [
        life.town.contacts.user_id[p] if life.logged[d] == p else ""
        for p, d in zip(people.tolist(), device.tolist(), strict=True)
    ]
    said = np.repeat(np.arange(count), messages)
    place = np.arange(len(said)) - (np.cumsum(messages) - messages)[said]
    every = np.arange(count)
    return [
        block(
            name,
            WEB,
            "chat",
            when,
            people[rows],
            [f'{{"conversation_id":"{one}"}}' for one in pick(names, rows)],
            anonymous=quoted(pick(life.cookie, device[rows])),
            user=quoted(pick(user, rows)),
            context=pick(life.town.devices.web_context, device[rows]),
            device=device[rows],
        )
        for name, rows, when in (
            ("Chat Started", every, at),
            ("Message Sent", said, at[said] + (place + 1) * 40 * SECOND),
            ("Chat Ended", every, at + (messages + 2) * 40 * SECOND),
        )
    ]


def _voice(life: Life, day: int, g: np.random.Generator) -> Block:
    """Speakers are linked to the account, so whoever in the home asks, the owner is named."""
    people = np.flatnonzero(life.town.tastes.speaker & life.account & (g.random(len(life.account)) < 0.2))
    intents = g.integers(len(_INTENTS), size=len(people)).tolist()
    return block(
        "Voice Assistant Asked",
        SERVER,
        "voice",
        _moments(life, day, people, g),
        people,
        [f'{{"intent":"{_INTENTS[n]}"}}' for n in intents],
        anonymous=["null"] * len(people),
        user=quoted(pick(life.town.contacts.user_id, people)),
        context=[SERVER_CONTEXT] * len(people),
    )


def _forms(life: Life, day: int, g: np.random.Generator) -> list[Block]:
    """Newsletter forms typed by hand: the e-mail address carries the writer's typing errors."""
    people = _callers(life, 0.004, g)
    people = people[life.town.devices.phone[people] >= 0]
    people = people[np.array([bool(life.town.contacts.email[p]) for p in people.tolist()], bool)]
    device = life.town.devices.phone[people]
    typed = chance(life.plan.seed, "typing", day)
    emails = [maybe_mistyped(email, life.plan.faults.typing, typed) for email in pick(life.town.contacts.email, people)]
    life.book.lines("identifiers", _mistakes(life, people, emails))
    at = _moments(life, day, people, g)
    payloads = (
        ("track", "Form Submitted", ['{"form_id":"newsletter"}'] * len(people), at),
        ("identify", "", [f'{{"email":"{email}"}}' for email in emails], at + MINUTE // 30),
    )
    return [
        block(
            name,
            WEB,
            "web",
            when,
            people,
            payload,
            anonymous=quoted(pick(life.cookie, device)),
            user=["null"] * len(people),
            context=pick(life.town.devices.web_context, device),
            kind=kind,
            device=device,
        )
        for kind, name, payload, when in payloads
    ]


def _mistakes(life: Life, people: Ints, emails: list[str]) -> list[str]:
    true = pick(life.town.contacts.email, people)
    rows = zip(true, emails, people.tolist(), strict=True)
    return [
        f'{{"type":"email","value":"{typed}","person_ids":["p{person:06d}"],"typing_error":true,"meant":"{right}"}}'
        for right, typed, person in rows
        if typed != right
    ]
