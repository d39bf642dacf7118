"""`python -m choral.interfaces.cli.reference` writes docs/reference/command-line.md from the commands themselves."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from choral.interfaces.cli.main import COMMANDS, EXIT_CODES, INTERNAL, INTERRUPTED, USAGE, root

_COMMON = {"home", "as_json"}


def reference() -> str:
    """The whole page, in Markdown."""
    return "\n".join(_page()) + "\n"


def leaves() -> Iterator[tuple[str, click.Command]]:
    """Every command that can be called, with its whole name."""
    context = click.Context(root)
    for name in COMMANDS:
        command = root.get_command(context, name)
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", one) for inner, one in command.commands.items())
        elif command is not None:
            yield name, command


def _page() -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield "Written by `python -m choral.interfaces.cli.reference`; do not edit by hand."
    yield ""
    yield "Every command about a shop takes `--home` (name or folder of the shop; else `$CHORAL_HOME`, else the only"
    yield "one), and every command `--json`. How they are used: [how-to/command-line.md](../how-to/command-line.md)."
    for name, command in leaves():
        context = click.Context(command, info_name=f"choral {name}")
        yield ""
        yield f"## `choral {name}`"
        yield ""
        yield f"    {' '.join([context.command_path, *command.collect_usage_pieces(context)])}"
        yield ""
        yield " ".join((command.help or "").split())
        options = [one for one in command.params if one.name not in _COMMON and isinstance(one, click.Option)]
        if options:
            yield ""
            yield "| option | |"
            yield "| --- | --- |"
            for option in options:
                left, right = option.get_help_record(context) or ("", "")
                yield f"| `{_cell(left)}` | {_cell(right)} |"
    yield from _exit_codes()


def _exit_codes() -> Iterator[str]:
    yield ""
    yield "## Exit codes"
    yield ""
    yield "| code | when |"
    yield "| --- | --- |"
    yield "| 0 | done |"
    yield f"| {INTERNAL} | something went wrong inside Choral |"
    yield f"| {USAGE} | the command line itself makes no sense |"
    for code in sorted(set(EXIT_CODES.values())):
        yield f"| {code} | {', '.join(kind.__name__ for kind, one in EXIT_CODES.items() if one == code)} |"
    yield f"| {INTERRUPTED} | interrupted (Ctrl-C) |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(reference())
