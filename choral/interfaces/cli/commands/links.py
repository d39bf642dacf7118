"""`links`: customers who may be one person though their records share no key."""

from __future__ import annotations

import click

from choral.interfaces.cli.command import common, opened, operator
from choral.interfaces.cli.output import show_json, show_table


@click.group("links")
def links_command() -> None:
    """Customers who may be one person: find, look, decide."""


@links_command.command("find")
@common
def find(home: str | None, as_json: bool) -> None:
    """Compare all customers' records now; what is found waits to be decided."""
    with opened(home) as shop:
        run = shop.customers.links.find(operator())
        state = shop.customers.links.state()
    words = f"{run.people:,} people compared, {run.found:,} pairs found; {state.above:,} of those open are above"
    _done(as_json, run, f"{words} the threshold of {state.threshold:.1%}.")


@links_command.command("list")
@click.option("--state", type=click.Choice(["open", "later", "accepted", "refused"]), default="open", show_default=True)
@click.option("--least", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="At least this probability.")
@click.option("--after", help="Go on after the last page's `next`.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@common
def list_links(state: str, least: float, after: str | None, limit: int, home: str | None, as_json: bool) -> None:
    """Suggestions, likeliest first."""
    with opened(home) as shop:
        page = shop.customers.links.list(state, least, after, limit, personal=True)
    if as_json:
        show_json(page)
        return
    show_table(
        ["id", "likely", "one", "other", "because"],
        [
            (str(s.id), f"{s.probability:.1%}", s.one.name or s.one.identifier, s.other.name or s.other.identifier,
             ", ".join(one.words for one in s.evidence))
            for s in page.rows
        ],
        "Nothing waits. Compare the records: choral links find",
    )  # fmt: skip
    if page.next:
        click.echo(f"More: --after {page.next}")


@links_command.command("accept")
@click.argument("suggestion", type=int, required=False)
@click.option("--above", type=click.FloatRange(0, 1), help="All open ones of at least this probability (500 at most).")
@common
def accept(suggestion: int | None, above: float | None, home: str | None, as_json: bool) -> None:
    """They are one person."""
    if (suggestion is None) == (above is None):
        raise click.UsageError("Say which suggestion, or --above a probability.")
    with opened(home) as shop:
        links = shop.customers.links
        if above is not None:
            count = links.accept_above(operator(), above)
            _done(as_json, {"accepted": count}, f"{count:,} accepted.")
        elif suggestion is not None:
            correction = links.accept(operator(), suggestion)
            _done(as_json, {"id": suggestion, "state": "accepted", "correction": correction}, "They are one person.")


@links_command.command("refuse")
@click.argument("suggestion", type=int)
@common
def refuse(suggestion: int, home: str | None, as_json: bool) -> None:
    """They are two people, for ever."""
    with opened(home) as shop:
        correction = shop.customers.links.refuse(operator(), suggestion)
    _done(as_json, {"id": suggestion, "state": "refused", "correction": correction}, "They stay two people.")


@links_command.command("reopen")
@click.argument("suggestion", type=int)
@common
def reopen(suggestion: int, home: str | None, as_json: bool) -> None:
    """Take a decision back, with all that followed from it."""
    with opened(home) as shop:
        shop.customers.links.reopen(operator(), suggestion)
    _done(as_json, {"id": suggestion, "state": "open"}, "It is open again.")


@links_command.command("costs")
@click.argument("wrong", type=click.IntRange(1, 1_000_000))
@click.argument("missed", type=click.IntRange(1, 1_000_000))
@common
def costs(wrong: int, missed: int, home: str | None, as_json: bool) -> None:
    """What a wrong merge costs against a missed one; the threshold follows from it."""
    with opened(home) as shop:
        threshold = shop.customers.links.set_costs(operator(), wrong, missed)
    _done(as_json, {"threshold": threshold}, f"From {threshold:.1%} on, accepting costs less than refusing.")


def _done(as_json: bool, answer: object, words: str) -> None:
    show_json(answer) if as_json else click.echo(words)
