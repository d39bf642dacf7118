"""Blocks become text: one Segment call per event, as JSON without spaces, with an id that follows from the seed."""

from collections.abc import Iterator

from simulator.arrays import Ints
from simulator.stream.block import Block
from simulator.truth.facts import stamps


def event_texts(block: Block, message_ids: list[str], skew: Ints) -> list[str]:
    """The JSON of each event; `timestamp` is what the device's clock said, `skew` ms off the truth."""
    head, tail = _frame(block)
    rows = zip(
        message_ids, block.anonymous, block.user, stamps(block.at + skew), block.context, block.payload, strict=True
    )
    channel = block.channel
    return [
        f'{{{head},"messageId":"{name}","anonymousId":{anonymous},"userId":{user},"timestamp":"{at}",'
        f'"context":{{"channel":"{channel}",{context}}},"integrations":{{}},"{tail}":{payload}}}'
        for name, anonymous, user, at, context, payload in rows
    ]


def message_ids(block: Block, texts: Iterator[str]) -> list[str]:
    """The next random ids in the shape of the SDK that would have sent the block (under 100 characters)."""
    prefix = ("ajs-next-", "android-", "till-", "server-")[block.source]
    return [prefix + text for _, text in zip(range(len(block)), texts, strict=False)]


def _frame(block: Block) -> tuple[str, str]:
    if block.kind == "track":
        return f'"type":"track","event":"{block.name}"', "properties"
    if block.kind == "identify":
        return '"type":"identify"', "traits"
    return f'"type":"{block.kind}","name":"{block.name}"', "properties"
