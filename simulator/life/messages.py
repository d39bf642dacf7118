"""What the retailer's systems see of touches: messages sent and answered, pieces mailed, impressions served."""

import numpy as np

from simulator.arrays import MINUTE, SECOND, Bools, Ints, pick
from simulator.life.campaigns import EMAIL, POST, PUSH, SMS, SOCIAL, Campaign
from simulator.life.state import Life
from simulator.life.touches import Touches
from simulator.life.visits import Visits, clicking_device
from simulator.stream.block import APP, SERVER, SERVER_CONTEXT, WEB, Block, block, external, quoted

_NETWORKS = ("displayo", "seekly")
_SOCIALS = ("chirper", "picturely")


def message_blocks(life: Life, day: int, campaign: Campaign, touches: Touches) -> list[Block]:
    """The events of one campaign's touches of a day, by channel."""
    g = life.chance(day, f"messages {campaign.number}")
    if campaign.channel in (EMAIL, SMS, PUSH):
        return _letters(life, campaign, touches, g)
    if campaign.channel == POST:
        return []
    return _shown(life, campaign, touches)


def mailing_blocks(life: Life, day: int, campaign: Campaign) -> list[Block]:
    """The day a mailing is handed to the post: the piece carries the code that its reader may scan later."""
    people = np.flatnonzero(life.assignments[campaign.number].treated)
    at = np.full(len(people), life.midnight(day) + 14 * 60 * MINUTE)
    anonymous, user = life.known(people)
    card = [number if life.carded[p] else "" for p, number in zip(people.tolist(), _cards(life, people), strict=True)]
    context = [SERVER_CONTEXT + text for text in external("loyalty_card", card)]
    payload = [f'{{"campaign_id":"{campaign.campaign_id}","piece":"{code}"}}' for code in print_codes(campaign, people)]
    return [
        block("Mail Piece Sent", SERVER, "post", at, people, payload, anonymous=anonymous, user=user, context=context)
    ]


def return_blocks(life: Life, visits: Visits) -> list[Block]:
    """The later clicks that bring people back to buy: twenty seconds before the visit that ends in an order."""
    back = visits.take(np.flatnonzero((visits.order >= 0) & (visits.campaign >= 0)))
    blocks = []
    for number in np.unique(back.campaign).tolist():
        campaign, some = life.campaigns[number], back.take(np.flatnonzero(back.campaign == number))
        at, yes = some.at - 20 * SECOND, np.ones(len(some), bool)
        clicks = Touches(some.touch, some.campaign, some.person, at, at, yes, yes, yes)
        if campaign.channel in (EMAIL, SMS):
            word, channel = (("Email", "email"), ("SMS", "sms"))[campaign.channel]
            blocks.append(_letter(life, campaign, clicks, f"{word} Clicked", channel, at))
        elif campaign.channel == SOCIAL:
            blocks.append(_posted(life, campaign, clicks, "Engaged"))
        else:
            blocks.append(_advert(life, campaign, clicks, "Ad Clicked"))
    return blocks


def print_codes(campaign: Campaign, people: Ints) -> list[str]:
    """The code on each addressee's piece: personal, so that scanning it tells who was written to."""
    return [f"QR{campaign.number:02d}{(person * 48271 + campaign.number) % 2**31:08x}" for person in people.tolist()]


def lot_blocks(life: Life, day: int, campaign: Campaign) -> list[Block]:
    """The lots of a beginning campaign, which the retailer drew and knows (Segment's A/B testing event)."""
    lots = life.assignments[campaign.number]
    people = np.flatnonzero(lots.eligible)
    at = np.full(len(people), life.midnight(day) + 7 * 60 * MINUTE)
    anonymous, user = life.known(people)
    head = f'{{"experiment_id":"{campaign.campaign_id}","experiment_name":"{campaign.campaign_id}","variation_id":'
    names = ['"holdout","variation_name":"holdout"}', '"treated","variation_name":"treated"}']
    payload = [head + names[0 if out else 1] for out in lots.held_out[people].tolist()]
    channel = ("email", "sms", "push", "post", "ads", "social")[campaign.channel]
    context = [SERVER_CONTEXT] * len(people)
    return [
        block(
            "Experiment Viewed", SERVER, channel, at, people, payload, anonymous=anonymous, user=user, context=context
        )
    ]


def _letters(life: Life, campaign: Campaign, touches: Touches, g: np.random.Generator) -> list[Block]:
    word, channel = (("Email", "email"), ("SMS", "sms"), ("Push", "push"))[campaign.channel]
    noticed = touches.noticed
    tracked = touches.seen & (g.random(len(touches)) < 0.8)
    steps: list[tuple[str, Ints, Bools]] = [("Sent", touches.at, np.ones(len(touches), bool))]
    if campaign.channel in (EMAIL, SMS):
        steps.append(("Delivered", touches.at + 9 * SECOND, touches.arrived))
        steps.append(("Clicked", noticed + 15 * SECOND, touches.clicked))
    if campaign.channel == EMAIL:
        left = _leave(life, campaign, touches, tracked, 0.004, g)
        steps += [
            ("Opened", noticed, tracked | touches.clicked),
            ("Bounced", touches.at + 12 * SECOND, ~touches.arrived),
        ]
        steps.append(("Unsubscribed", noticed + MINUTE, left))
    if campaign.channel == SMS:
        steps.append(("Replied", noticed + 2 * MINUTE, _leave(life, campaign, touches, touches.seen, 0.01, g)))
    if campaign.channel == PUSH:
        steps.append(("Opened", noticed, touches.clicked))
    return [
        _letter(life, campaign, touches.take(np.flatnonzero(which)), f"{word} {step}", channel, at[which])
        for step, at, which in steps
    ]


def _letter(life: Life, campaign: Campaign, touches: Touches, name: str, channel: str, at: Ints) -> Block:
    people = touches.person
    anonymous, user = life.known(people)
    context = [
        SERVER_CONTEXT + text for text in external(_ADDRESS[campaign.channel], _addresses(life, campaign, people))
    ]
    payload = [f'{{"campaign_id":"{campaign.campaign_id}","message_id":"{text}"}}' for text in touches.ids()]
    source, device = SERVER, None
    if name == "Push Opened":
        source, device = APP, life.town.devices.phone[people]
        anonymous, context = quoted(pick(life.installation, device)), pick(life.town.devices.app_context, device)
    return block(
        name,
        source,
        channel,
        at,
        people,
        payload,
        anonymous=anonymous,
        user=user,
        context=context,
        device=device,
        touch=touches.serial,
    )


_ADDRESS = ("email", "phone", "push_token")


def _addresses(life: Life, campaign: Campaign, people: Ints) -> list[str]:
    """The address written to: the account's own, or else what the till wrote down."""
    contacts = life.town.contacts
    own, till = ((contacts.email, contacts.till_email), (contacts.phone, contacts.till_phone), ([], []))[
        campaign.channel
    ]
    if not own:
        return [""] * len(people)
    return [own[p] if life.account[p] else till[p] for p in people.tolist()]


def _cards(life: Life, people: Ints) -> list[str]:
    return pick(life.town.contacts.card, people)


def _leave(
    life: Life, campaign: Campaign, touches: Touches, among: Bools, rate: float, g: np.random.Generator
) -> Bools:
    left = among & (g.random(len(touches)) < rate)
    life.subscribed[touches.person[left], campaign.channel] = False
    return left


def _shown(life: Life, campaign: Campaign, touches: Touches) -> list[Block]:
    served = touches
    clicked = touches.take(np.flatnonzero(touches.clicked))
    if campaign.channel == SOCIAL:
        return [_posted(life, campaign, served, "Viewed"), _posted(life, campaign, clicked, "Engaged")]
    return [_advert(life, campaign, served, "Ad Impression"), _advert(life, campaign, clicked, "Ad Clicked")]


def _advert(life: Life, campaign: Campaign, touches: Touches, name: str) -> Block:
    device = clicking_device(life.town, touches.person)
    network = _NETWORKS[campaign.number % 2]
    text = f'{{"network":"{network}","campaign_id":"{campaign.campaign_id}","creative":"{campaign.campaign_id}-a"}}'
    return block(
        name,
        WEB,
        "ads",
        touches.noticed if name == "Ad Clicked" else touches.at,
        touches.person,
        [text] * len(touches),
        anonymous=quoted(pick(life.cookie, device)),
        user=["null"] * len(touches),
        context=pick(life.town.devices.web_context, device),
        device=device,
        touch=touches.serial,
    )


def _posted(life: Life, campaign: Campaign, touches: Touches, verb: str) -> Block:
    handles = pick(life.town.contacts.social, touches.person)
    text = f'{{"network":"{_SOCIALS[campaign.number % 2]}","post_id":"{campaign.campaign_id}"}}'
    return block(
        f"Social Post {verb}",
        SERVER,
        "social",
        touches.noticed if verb == "Engaged" else touches.at,
        touches.person,
        [text] * len(touches),
        anonymous=quoted([f"social:{handle}" for handle in handles]),
        user=["null"] * len(touches),
        context=[SERVER_CONTEXT + text for text in external("social_handle", handles)],
        touch=touches.serial,
    )
