"""One day of the town, from morning to night, as blocks of events."""

import numpy as np

from simulator.life.aftersales import aftersales_blocks
from simulator.life.beginning import beginning_blocks
from simulator.life.bots import bot_blocks
from simulator.life.campaigns import POST
from simulator.life.demand import orders_of
from simulator.life.messages import lot_blocks, mailing_blocks, message_blocks, return_blocks
from simulator.life.service import scan_blocks, service_blocks
from simulator.life.shopfront import front_blocks
from simulator.life.state import Life, new_morning
from simulator.life.store import store_blocks
from simulator.life.touches import Touches, running, set_working, touch
from simulator.life.visits import name_visits, visits_of
from simulator.stream.block import Block
from simulator.truth.facts import order_lines, touch_lines


def live_day(life: Life, day: int) -> list[Block]:
    """All events that begin on a day (some are dated ahead); moves the town on and writes down the truth."""
    new_morning(life, day)
    blocks = beginning_blocks(life) if day == 0 else []
    touched, clicks = _touched(life, day)
    orders = orders_of(life, day)
    visits = visits_of(life, day, orders, clicks)
    blocks += touched
    blocks += return_blocks(life, visits)
    blocks += front_blocks(life, day, visits, name_visits(life, day, visits), orders)
    blocks += store_blocks(life, day, orders)
    blocks += aftersales_blocks(life, day, orders)
    blocks += service_blocks(life, day)
    blocks += bot_blocks(life, day, int((~visits.app).sum()))
    life.book.lines("orders", order_lines(life, orders))
    return [one for one in blocks if len(one)]


def _touched(life: Life, day: int) -> tuple[list[Block], Touches]:
    """The messages of the day's campaigns, and the touches that were clicked."""
    blocks: list[Block] = []
    clicked: list[Touches] = []
    working = running(life, day)
    for campaign in life.campaigns:
        if campaign.first_day == day:
            blocks += lot_blocks(life, day, campaign)
            blocks += mailing_blocks(life, day, campaign) if campaign.channel == POST else []
    for campaign in working:
        touches = touch(life, day, campaign)
        set_working(life, campaign, touches)
        blocks += message_blocks(life, day, campaign, touches)
        blocks += scan_blocks(life, touches) if campaign.channel == POST else []
        clicked.append(touches.take(np.flatnonzero(touches.clicked)))
        life.book.lines("touches", touch_lines(campaign, touches))
    return blocks, _joined(clicked)


def _joined(parts: list[Touches]) -> Touches:
    if not parts:
        none, no = np.zeros(0, np.int64), np.zeros(0, bool)
        return Touches(none, none, none, none, none, no, no, no)
    return Touches(*(np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])))
