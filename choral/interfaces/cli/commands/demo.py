"""`demo`: a real grocery chain's year, loaded the way any retailer's data are, and served."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click
import msgspec

from choral import pulse
from choral.core.errors import Conflict, InvalidInput, NotFound
from choral.home import Home
from choral.interfaces.cli.command import common, operator
from choral.interfaces.cli.output import progress, show_facts, show_json
from choral.interfaces.cli.serving import is_free, next_free

OWNER = "owner@demo.example"
SETTINGS = {
    "name": "The Complete Journey", "currency": "USD", "region": "US", "time_zone": "America/New_York",
}  # fmt: skip
_MARK = "demo.json"
_WHOSE = (
    "The data are real: “The Complete Journey”, one year of 2,469 households of a grocery chain, published by\n"
    "dunnhumby for learning and research. Use them for nothing else."
)


class Summary(msgspec.Struct, frozen=True):
    """What was loaded; `sales` is in minor units of the shop's currency."""

    households: int
    orders: int
    lines: int
    sales: int
    campaigns: int


@click.command("demo")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65_535), default=8000, show_default=True, help="The next free if taken.")
@click.option("--serve/--no-serve", default=True, help="Serve when it is loaded, or leave.")
@click.option("--remove", is_flag=True, help="Remove the demo shop and all that is in it.")
@click.option("--confirm", help="With --remove: the shop's name, instead of typing it.")
@common
def demo_command(
    host: str, port: int, serve: bool, remove: bool, confirm: str | None, home: str | None, as_json: bool
) -> None:
    """Load the real data into the shop “demo” (once; goes on where it was broken off) and serve it."""
    place = Home.locate(home or "demo")
    if remove:
        _remove(place, confirm, as_json)
        return
    shop_home = Home.make(place, **SETTINGS)
    summary = _loaded(place) or _load(shop_home, as_json)
    free = port if is_free(host, port) else next_free(host, port + 1)
    link = f"http://{host}:{free}{_sign_in(shop_home)}"
    if as_json:
        show_json({"home": str(place), "summary": summary, "sign_in": link, "port": free, "serving": serve})
    else:
        _show(summary, place)
        if free != port:
            click.echo(f"Port {port} is taken: using {free}.")
        click.echo(f"\nSign in (once, within 24 hours):\n  {link}")
        if not serve:
            click.echo(f"Serve it: choral run --home {home or 'demo'} --port {free}")
    if serve:
        sys.stdout.flush()
        # A fresh process: the server must start in one that has opened no shop.
        command = [sys.executable, "-m", "choral.interfaces.cli", "run", "--home", str(place)]
        os.execv(sys.executable, [*command, "--host", host, "--port", str(free)])  # noqa: S606 - ourselves


def _load(home: Home, quiet: bool) -> Summary:
    from choral.interfaces.cli.loading import beside_worker, until_settled
    from choral.shop import open_shop

    shop = open_shop(home.path)
    try:
        from choral.books import act
        from choral.connectors.complete_journey import load  # its tables are known once the shop is open
        from choral.customers.recommend.actions import set_rule

        # These people are anonymous and cannot be asked; their data were published to learn from.
        act(set_rule, operator(), "basis", "", "opt_out")
        with beside_worker(home) as worker, progress(quiet) as step:
            load(shop, step)
            until_settled(home, worker, step)
        overview, tables = shop.analytics.overview(), shop.analytics
        summary = Summary(
            households=shop.customers.count(),
            orders=int(overview.figure("orders").value),
            lines=int(tables.sql("SELECT count(*) AS n FROM order_lines").to_arrow().column(0)[0].as_py()),
            sales=int(overview.figure("sales").value),
            campaigns=len(shop.analytics.campaigns()),
        )
    finally:
        shop.close()
    part = home.path / f"{_MARK}.part"
    part.write_bytes(msgspec.json.encode(summary))
    part.replace(home.path / _MARK)
    return summary


def _loaded(place: Path) -> Summary | None:
    try:
        return msgspec.json.decode((place / _MARK).read_bytes(), type=Summary)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _sign_in(home: Home) -> str:
    """The path of a fresh link for the demo's owner, who is made when missing."""
    from choral.books import act
    from choral.shop import open_shop
    from choral.team import create_member, create_sign_in_link, member_by_email, sign_in_path

    shop = open_shop(home.path)
    try:
        try:
            owner = member_by_email(OWNER).id
        except NotFound:
            owner = act(create_member, operator(), OWNER, "Owner of the demo", "owner")
        return sign_in_path(act(create_sign_in_link, operator(), owner))
    finally:
        shop.close()


def _show(summary: Summary, place: Path) -> None:
    show_facts(
        [
            ("households", summary.households),
            ("orders", summary.orders),
            ("lines", summary.lines),
            ("sales", f"{summary.sales / 100:,.2f} USD"),
            ("campaigns", summary.campaigns),
            ("kept in", place),
        ]
    )
    click.echo(_WHOSE)


def _remove(place: Path, confirm: str | None, as_json: bool) -> None:
    home = Home.at(place)
    if not (place / _MARK).exists() and home.name != SETTINGS["name"]:
        raise InvalidInput(
            "not_the_demo", f"The shop at {place} is not the demo.", "This removes nothing else.", "Give its --home."
        )
    said = confirm if confirm is not None or as_json else click.prompt(f"Type “{home.name}” to remove {place}")
    if said != home.name:
        raise InvalidInput("not_confirmed", "Nothing was removed.", "The name differs.", f"Type: {home.name}")
    try:
        with pulse.only_worker(place):
            shutil.rmtree(place)
    except Conflict as error:
        error.fix = "Stop the server first (Ctrl-C in its terminal)."
        raise
    show_json({"removed": str(place)}) if as_json else click.echo(f"Removed {place}.")
