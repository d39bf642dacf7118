"""The truth of a day as JSON lines: each order with its cause, each touch, each event's person."""

from collections.abc import Iterator

import numpy as np

from simulator.arrays import Ints
from simulator.life.campaigns import Campaign
from simulator.life.orders import Orders
from simulator.life.state import Life
from simulator.life.touches import Touches
from simulator.stream.block import Block
from simulator.town.tastes import MESSAGES, SHOPS
from simulator.town.words import DEPARTMENTS


def stamps(at: Ints) -> list[str]:
    """Times in ms since 1970 UTC as ISO 8601 with milliseconds and Z."""
    texts: list[str] = np.datetime_as_string(at.astype("datetime64[ms]"), unit="ms").tolist()
    return [f"{text}Z" for text in texts]


def order_lines(life: Life, orders: Orders) -> Iterator[str]:
    """One line per order; `cause` is "baseline" or the touch that caused it (it would not be there without)."""
    cause = (orders.touch, orders.campaign)
    columns = (orders.person, orders.department, orders.shop, orders.total, orders.margin, *cause)
    rows = zip(orders.ids(), stamps(orders.at), *(column.tolist() for column in columns), strict=True)
    for name, at, person, department, shop, total, margin, touch, number in rows:
        why = '"cause":"baseline"'
        if number >= 0:
            campaign = life.campaigns[number]
            why = (
                f'"cause":"t-{touch:08d}","campaign_id":"{campaign.campaign_id}",'
                f'"channel":"{MESSAGES[campaign.channel]}"'
            )
        yield (
            f'{{"order_id":"{name}","person_id":"p{person:06d}","at":"{at}","shop":"{SHOPS[shop]}",'
            f'"department":"{DEPARTMENTS[department]}","total_cents":{total},"margin_cents":{margin},{why}}}'
        )


def touch_lines(campaign: Campaign, touches: Touches) -> Iterator[str]:
    """One line per touch: whether it was truly noticed and clicked, which the retailer sees in part only."""
    head = f'"campaign_id":"{campaign.campaign_id}","channel":"{MESSAGES[campaign.channel]}"'
    words = ("false", "true")
    columns = (touches.person, touches.arrived, touches.seen, touches.clicked)
    rows = zip(touches.ids(), stamps(touches.at), *(column.tolist() for column in columns), strict=True)
    for name, at, person, arrived, seen, clicked in rows:
        yield (
            f'{{"touch_id":"{name}",{head},"person_id":"p{person:06d}","at":"{at}","arrived":{words[arrived]},'
            f'"seen":{words[seen]},"clicked":{words[clicked]}}}'
        )


def event_lines(block: Block, message_ids: list[str], skew: Ints, faults: list[str]) -> Iterator[str]:
    """One line per event (copies share it): person and device (null for robots, none), true time, faults."""
    columns = (block.person, block.device, block.touch, skew, block.late)
    rows = zip(message_ids, stamps(block.at), faults, *(column.tolist() for column in columns), strict=True)
    for name, at, fault, person, device, touch, ahead, late in rows:
        yield (
            f'{{"message_id":"{name}","at":"{at}",'
            + (f'"person_id":"p{person:06d}"' if person >= 0 else '"person_id":null')
            + (f',"device_id":"d{device:06d}"' if device >= 0 else "")
            + (f',"touch_id":"t-{touch:08d}"' if touch >= 0 else "")
            + (f',"skew_ms":{ahead}' if ahead else "")
            + (f',"late_ms":{late}' if late else "")
            + fault
            + "}"
        )
