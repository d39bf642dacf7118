"""Help comes at once, for every command, and every command speaks to people and to programs."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from choral.interfaces.cli.main import COMMANDS
from choral.interfaces.cli.reference import leaves, reference
from tests.interfaces.cli.called import call, run

HEAVY = ("django", "duckdb", "pyarrow", "deltalake", "numpy", "scipy", "granian", "msgspec", "polars", "phonenumbers")
OF_NO_SHOP = ("cluster",)


def test_help_loads_no_engine_and_its_time_is_printed() -> None:
    script = "import sys\nfrom choral.interfaces.cli.main import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n"
    script += "    sys.stderr.write(' '.join(sorted(sys.modules)))"
    times = []
    for _ in range(5):
        begun = time.monotonic()
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True)
        times.append(time.monotonic() - begun)
    print(f"\nchoral --help: {statistics.median(times):.3f} s (median of 5)")
    loaded = {module.partition(".")[0] for module in done.stderr.split()}
    assert "Usage: choral" in done.stdout
    assert not loaded & set(HEAVY)
    assert not [module for module in done.stderr.split() if module.startswith("choral.interfaces.cli.commands.")]


def test_help_lists_every_command_with_what_it_does() -> None:
    said = call("--help").out
    for name, (_, words) in COMMANDS.items():
        assert name in said and words[:40] in said
    assert call().out == said


@pytest.mark.parametrize(("name", "command"), list(leaves()), ids=[name for name, _ in leaves()])
def test_every_command_takes_home_and_json_and_explains_itself(name: str, command: click.Command) -> None:
    options = {option for parameter in command.params for option in parameter.opts}
    assert {"--json"} | ({"--home"} if name not in OF_NO_SHOP else set()) <= options
    answer = call(*name.split(), "--help")
    assert answer.code == 0 and (command.help or "").split("\n")[0][:30] in answer.out


def test_a_command_that_is_not_there_says_where_to_look() -> None:
    assert call("nope").code == 2
    assert "choral --help" in call("nope").err
    assert call("nope", "--json").error["code"] == "usage"


def test_an_option_that_makes_no_sense_names_the_commands_help() -> None:
    answer = call("run", "--port", "x")
    assert (answer.code, "choral run --help" in answer.err) == (2, True)


def test_the_version_is_said_and_completion_scripts_are_printed() -> None:
    assert call("version").out.startswith("choral 0.")
    assert call("version", "--json").json["choral"] in call("--version").out
    for shell in ("bash", "zsh", "fish"):
        assert "_CHORAL_COMPLETE" in call("completion", shell).out
    completed = run(_CHORAL_COMPLETE="bash_complete", COMP_WORDS="choral cust", COMP_CWORD="1")
    assert completed.out.split() == ["plain,customers"]


def test_the_reference_says_what_the_commands_say() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "command-line.md"
    assert page.read_text("utf-8") == reference(), "Write it again: python -m choral.interfaces.cli.reference"
