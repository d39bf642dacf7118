"""The written documentation leads where it says: links, page index, and commands that exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from choral.interfaces.cli.main import COMMANDS, root

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_to_something_that_is_there(page: Path) -> None:
    text = _CODE.sub("", page.read_text("utf-8"))
    inside = [one.partition("#")[0] for one in _LINK.findall(text) if "://" not in one and not one.startswith("#")]
    assert [one for one in inside if not (page.parent / one).exists()] == []


def test_every_page_of_the_documentation_is_in_its_index() -> None:
    index = {(DOCS / one).resolve() for one in _LINK.findall((DOCS / "README.md").read_text("utf-8"))}
    pages = {one.resolve() for one in (*DOCS.rglob("*.md"), *DOCS.rglob("*.ipynb"))}
    assert pages - index == {DOCS / "README.md"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_a_page_shows_exists_with_its_options(page: Path) -> None:
    assert [line for line in _commands(page) if not _understood(line)] == []


def _commands(page: Path) -> Iterator[str]:
    """The calls of `choral` in the code of a page written by hand, without what comes after a pipe or a comment."""
    if page.parent.name == "reference":
        return
    for block in _CODE.findall(page.read_text("utf-8")):
        for line in block.splitlines():
            called = re.search(r"(?:^|\| |/)(choral [a-z].*)", line)
            if called and "(" not in called[1].split()[1]:
                yield re.split(r" {2,}#|\)\"|\)$", called[1])[0]


def _understood(line: str) -> bool:
    words = [word for word in shlex.split(line)[1:] if word != "--json"]
    if words[0] not in COMMANDS:
        return False
    context = click.Context(root)
    command = root.get_command(context, words.pop(0))
    if isinstance(command, click.Group) and words and words[0] in command.commands:
        command = command.commands[words.pop(0)]
    given = {word.partition("=")[0] for word in words if word.startswith("--")}
    known = {name for one in (command.params if command else ()) for name in (*one.opts, *one.secondary_opts)}
    return given <= known
