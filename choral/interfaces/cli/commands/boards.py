"""`boards`: the boards of the team in the terminal and as files; notes on days."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from choral.interfaces.cli.command import common, opened, operator
from choral.interfaces.cli.output import money, show_json, show_table

if TYPE_CHECKING:
    from choral.analytics.boards.values import CardShown, Reader


@click.group("boards")
def boards_command() -> None:
    """Boards: figures looked at together; notes on days."""


@boards_command.command("list")
@common
def boards_list(home: str | None, as_json: bool) -> None:
    """All boards; `monday` is the ready one."""
    with opened(home) as shop:
        found = shop.analytics.boards.all(_reader())
    if as_json:
        show_json({"rows": found, "next": None})
        return
    show_table(
        ["id", "name", "cards", "owner"],
        [(one.id, one.arrangement.name, len(one.arrangement.cards), one.owner) for one in found],
        "No boards of one's own yet; `choral boards show monday` shows the ready one.",
    )


@boards_command.command("show")
@click.argument("board", default="monday")
@click.option("--period", default="", help="28d, 12w, 12m or all, instead of its own days.")
@click.option("--to", "file", type=click.Path(dir_okay=False, path_type=Path), help="Into a .csv, .xlsx or .pdf file.")
@common
def show(board: str, period: str, file: Path | None, home: str | None, as_json: bool) -> None:
    """A board with its figures of now."""
    with opened(home) as shop:
        door = shop.analytics.boards
        shown = door.show(board, _reader(), period)
        if file is not None:
            kind: Any = file.suffix.removeprefix(".")
            if kind not in ("csv", "xlsx", "pdf"):
                raise click.BadParameter("Name a file that ends in .csv, .xlsx or .pdf.")
            file.write_bytes(door.file(kind, shown))
    if as_json:
        show_json(shown)
        return
    if file is not None:
        click.echo(f"Written: {file}")
        return
    show_table(["card", "value", "before"], [_line(one) for one in shown.cards if one.figures], "No cards.")
    for note in shown.notes:
        click.echo(f"{note.day}: {note.words}")


@boards_command.command("note")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("words")
@common
def note(day: datetime, words: str, home: str | None, as_json: bool) -> None:
    """Note WORDS on a DAY: drawn on every board that shows it."""
    with opened(home):
        from choral.analytics.boards import actions
        from choral.books import act

        made = act(actions.add_note, operator(), day.date(), words)
    show_json({"id": made}) if as_json else click.echo("Noted.")


def _reader() -> Reader:
    from choral.analytics.boards.values import Reader

    return Reader(operator().name, "owner")


def _line(one: CardShown) -> tuple[str, Any, Any]:
    found = one.figures
    assert found is not None  # only such cards are asked for

    def written(value: float | int | None) -> Any:
        if value is None:
            return ""
        return money(int(value), found.currency) if found.metric.unit == "money" else round(value, 4)

    return one.card.title or found.metric.name, written(found.total.value), written(found.total.before)
