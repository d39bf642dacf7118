"""The first morning: the retailer's systems tell the accounts and cards that they know already."""

import numpy as np

from simulator.arrays import MINUTE, Ints, pick
from simulator.life.state import Life
from simulator.stream.block import SERVER, SERVER_CONTEXT, TILL, TILL_CONTEXT, Block, block, external, quoted


def beginning_blocks(life: Life) -> list[Block]:
    """One identify per account (30 % with a connected social name), and one per card as the till wrote it down."""
    g = life.chance(0, "beginning")
    contacts = life.town.contacts
    owners, holders = np.flatnonzero(life.account), np.flatnonzero(life.carded)
    connected = (g.random(len(owners)) < 0.3).tolist()
    handles = [name if has else "" for name, has in zip(pick(contacts.social, owners), connected, strict=True)]
    return [
        block(
            "",
            SERVER,
            "web",
            _early(life, len(owners), g),
            owners,
            pick(life.traits.account, owners),
            anonymous=["null"] * len(owners),
            user=quoted(pick(contacts.user_id, owners)),
            context=[SERVER_CONTEXT + text for text in external("social_handle", handles)],
            kind="identify",
        ),
        block(
            "",
            TILL,
            "store",
            _early(life, len(holders), g),
            holders,
            pick(life.traits.till, holders),
            anonymous=quoted(pick(contacts.contact_id, holders)),
            user=["null"] * len(holders),
            context=[TILL_CONTEXT + text for text in external("loyalty_card", pick(contacts.card, holders))],
            kind="identify",
        ),
    ]


def _early(life: Life, count: int, g: np.random.Generator) -> Ints:
    moments = life.midnight(0) + MINUTE + g.integers(0, 180 * MINUTE, count)
    return np.sort(moments)
