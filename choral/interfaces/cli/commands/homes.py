"""`init`, `status`, `version`, `completion`: what a shop is and how it is."""

from __future__ import annotations

import platform
from zoneinfo import available_timezones

import click

import choral
from choral import pulse
from choral.core.clock import SYSTEM_CLOCK
from choral.core.errors import Conflict, InvalidInput
from choral.core.money import check_currency
from choral.home import Home
from choral.interfaces.cli.command import common, opened, operator, where
from choral.interfaces.cli.output import moment, show_facts, show_json

_LANGUAGES = ("en", "fr", "it")
_SHELLS = ("bash", "zsh", "fish")


@click.command("init")
@click.argument("place", required=False)
@click.option("--name", help="What the shop is called.")
@click.option("--currency", default="EUR", show_default=True, help="ISO 4217 code.")
@click.option("--time-zone", default="Europe/Paris", show_default=True, help="Where its days begin.")
@click.option("--region", default="FR", show_default=True, help="Country of telephone numbers without a prefix.")
@click.option("--language", default="en", show_default=True, type=click.Choice(_LANGUAGES))
@click.option("--owner", metavar="EMAIL", help="Make this person the owner, and print a sign-in link.")
@common
def init_command(
    place: str | None, name: str | None, currency: str, time_zone: str, region: str, language: str,
    owner: str | None, home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Make a new shop at PLACE (a name or a folder)."""
    target = place or where(home)
    if (Home.locate(target) / "shop.toml").exists():
        raise Conflict("home_exists", f"There is a shop at {Home.locate(target)} already.", fix="Choose another name.")
    if time_zone not in available_timezones():
        raise InvalidInput("no_such_time_zone", f"There is no time zone “{time_zone}”.", fix="Try Europe/Paris.")
    if len(region) != 2 or not region.isalpha():
        raise InvalidInput("no_such_region", f"“{region}” is not a country code.", fix="Two letters, such as FR.")
    made = Home.make(
        target, name=name or Home.locate(target).name, currency=check_currency(currency), time_zone=time_zone,
        region=region.upper(), language=language,
    )  # fmt: skip
    link = _first_owner(made, owner, language) if owner else None
    if as_json:
        show_json({"home": str(made.path), "name": made.name, "currency": made.currency, "sign_in_path": link})
        return
    click.echo(f"Made “{made.name}” at {made.path}.")
    if link:
        click.echo(f"First sign-in (once, within 7 days): http://127.0.0.1:8000{link}")
    else:
        click.echo(f"Add its owner: choral members add EMAIL --role owner --home {target}")
    click.echo(f"Serve it: choral run --home {target}")


@click.command("status")
@common
def status_command(home: str | None, as_json: bool) -> None:
    """Say how a shop is: its queues, its worker, what fails now."""
    with opened(home) as shop:
        log, consumer, worker = shop.events.status(), shop.customers.status(), pulse.read(shop.home.path)
        alive = worker is not None and worker.alive
        customers = shop.customers.count()
        if as_json:
            show_json(
                {"home": str(shop.home.path), "name": shop.home.name, "log": log, "consumer": consumer,
                 "customers": customers, "worker": worker, "worker_alive": alive}
            )  # fmt: skip
            return
        show_facts(
            [
                ("shop", f"{shop.home.name} ({shop.home.path})"),
                ("events received", log.head),
                ("newest event", moment(log.received_at, shop.home.time_zone) or "none yet"),
                ("waiting for the profiles", consumer.waiting),
                ("oldest waiting", f"{consumer.age / 1e6:,.1f} s"),
                ("waiting for the figures", log.head - worker.lake if worker else log.head),
                ("known customers", customers),
                ("sources enabled", log.sources),
                ("refused events open", log.refused),
                ("worker", _worker_words(worker, alive)),
            ]
        )
        for name, trouble in (worker.troubles if worker else {}).items():
            click.echo(f"! {name} failed {trouble.times} times in a row: {trouble.message}")


@click.command("version")
@common
def version_command(home: str | None, as_json: bool) -> None:
    """Say which version this is."""
    if as_json:
        show_json({"choral": choral.__version__, "python": platform.python_version(), "system": platform.platform()})
        return
    click.echo(f"choral {choral.__version__} (Python {platform.python_version()})")


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
@common
def completion_command(shell: str, home: str | None, as_json: bool) -> None:
    """Print the completion script of a shell; for bash: eval "$(choral completion bash)"."""
    from click.shell_completion import get_completion_class

    from choral.interfaces.cli.main import root

    found = get_completion_class(shell)
    if found is None:  # pragma: no cover - click knows the shells of _SHELLS
        raise InvalidInput("no_such_shell", f"There is no completion for {shell}.")
    script = found(root, {}, "choral", "_CHORAL_COMPLETE").source()
    show_json({"shell": shell, "script": script}) if as_json else click.echo(script)


def _first_owner(home: Home, email: str, language: str) -> str:
    from choral.books import act
    from choral.team import add_member, sign_in_path

    with opened(str(home.path)):
        _, token = act(add_member, operator(), email, email.partition("@")[0], "owner", language=language)
    return sign_in_path(token)


def _worker_words(worker: pulse.Pulse | None, alive: bool) -> str:
    if worker is None:
        return "has never run; start it with: choral run"
    if not alive:
        ago = (SYSTEM_CLOCK.now() - worker.at) / 1e6
        return f"stopped (last sign {ago:,.0f} s ago); start it with: choral run"
    return f"running (process {worker.pid})" + (", all settled" if worker.lake == worker.head else "")
