"""What a row of media spend says: which channel people mean by its name or by whose report it is, money, days. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from choral.connectors.csv.fields import currency_in, plain
from choral.connectors.csv.items import Cells, Item, Reader, content_of
from choral.connectors.csv.rows import Row
from choral.connectors.values import Refused
from choral.core.errors import InvalidInput
from choral.core.money import Money, check_currency

# Words for one channel in English, French and Italian, as media plans and agencies' bills write them.
_WORDS = {
    "television": "television, tv, tele, televisione, linear tv, ctv",
    "radio": "radio, audio, podcast",
    "print": "print, press, newspaper, magazine, presse, journal, stampa, giornale, rivista, quotidiano, flyer,"
    " volantino, prospectus",
    "catalogue": "catalogue, catalog, catalogo",
    "outdoor": "outdoor, ooh, dooh, out of home, billboard, affichage, affissione, affissioni, panneaux, manifesti",
    "cinema": "cinema",
    "post": "post, direct mail, mail, postcard, letter, mailing, courrier, carte postale, posta, lettera, cartolina",
    "search": "search, sea, paid search, google, google ads, bing, recherche, ricerca",
    "social": "social, paid social, social networks, social media, facebook, instagram, meta, tiktok, pinterest,"
    " reseaux sociaux, social network",
    "display": "display, banner, programmatic, bannieres",
    "video": "video, youtube, online video",
    "affiliate": "affiliate, affiliates, affiliation, affiliazione",
    "email": "email, e mail, newsletter, courriel",
    "sms": "sms, text, text message",
    "push": "push, push message",
    "influencer": "influencer, influencers, influenceurs, creators",
    "sponsoring": "sponsoring, sponsorship, sponsorizzazione",
}
_KEYS = {word.strip(): key for key, words in _WORDS.items() for word in words.split(",")}
# Heads that only one platform's own report has: Meta names the reporting days, Google shortens impressions.
_PLATFORMS = (
    ("social", ("reporting starts", "debut des rapports", "inizio del report", "inizio report")),
    ("search", ("impr", "avg cpc", "cpc moy", "cpc medio", "cpc medio")),
)  # fmt: skip


def channel_key(text: str) -> str:
    """The channel people mean: “Paid Social” and “Meta” are social; a name nobody knows stays, in small letters."""
    name = plain(text)
    return _KEYS.get(name) or name.replace(" ", "_")[:40]


def channel_of(heads: Sequence[str]) -> str:
    """The channel of a platform's own report, which has no column for it; "" when it is not known to be one."""
    names = {plain(head) for head in heads}
    return next((channel for channel, marks in _PLATFORMS if names & set(marks)), "")


def spend(reader: Reader, rows: Iterator[Row], at: int) -> Iterator[Item | Refused]:
    """One line of spend a row; a second row of the same line is refused, since it would replace the first."""
    del at
    known: set[tuple[str, ...]] = set()
    for row in rows:
        cells = reader.cells(row)
        if isinstance(cells, Refused):
            yield cells
            continue
        found = _body(reader, cells)
        if isinstance(found, tuple):
            yield Refused(row.number, *found, tuple(row.cells))
            continue
        key = tuple(str(found[name]) for name in ("channel", "campaign_id", "creative", "region", "starts"))
        if key in known:
            words = "Another row has the same channel, campaign, creative, region and first day."
            yield Refused(row.number, "line_twice", words, tuple(row.cells))
            continue
        known.add(key)
        yield Item("|".join(key), content_of(found), (row.number,), (), found, (tuple(row.cells),))


def _body(reader: Reader, cells: Cells) -> dict[str, object] | tuple[str, str]:
    """The row of the data set, or the code and the words of why there is none."""
    channel = channel_key(str(cells.get("channel") or channel_of(reader.heads)))
    if not channel:
        return "missing_value", "channel is empty."
    try:
        currency = check_currency(str(cells.get("currency") or _named(reader.heads) or reader.currency))
    except InvalidInput as problem:
        return problem.code, str(problem)
    starts = date.fromisoformat(reader.day(cells["starts"]))
    ends = date.fromisoformat(reader.day(cells["ends"])) if "ends" in cells else starts
    if ends < starts:
        return "ends_before_start", f"It ends on {ends}, before it starts on {starts}."
    if cells["amount"] < 0:
        return "below_zero", f"“{cells['amount']}” is below zero."
    return {
        "channel": channel, "campaign_id": cells.get("campaign_id", ""), "creative": cells.get("creative", ""),
        "region": cells.get("region", ""), "starts": starts, "ends": ends,
        "amount": Money.of(cells["amount"], currency).minor, "currency": currency,
        "impressions": _whole(cells.get("impressions")), "clicks": _whole(cells.get("clicks")),
    }  # fmt: skip


def _named(heads: Sequence[str]) -> str:
    return next((code for head in heads if (code := currency_in(head))), "")


def _whole(number: Decimal | None) -> int | None:
    return None if number is None else round(number)
