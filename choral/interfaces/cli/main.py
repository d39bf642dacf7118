"""`choral`: the list of commands, loaded when they are called, and what an error looks like."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

import choral
from choral.core.errors import ChoralError, Conflict, InvalidInput, NotAllowed, NotFound, Unavailable, Unsupported

# name -> (module below choral.interfaces.cli.commands, one line of help). Shown without loading the module.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Load a real grocery chain's year (once) and serve it."),
    "init": ("homes", "Make a new shop."),
    "run": ("serve", "Serve a shop: the HTTP server and its worker."),
    "status": ("homes", "Say how a shop is: queues, worker, figures, troubles."),
    "send": ("events", "Send events from JSON lines."),
    "sources": ("events", "List and make what sends events, with its write keys."),
    "forwarding": ("forwarding", "Pass events on to other tools, with retries and replay."),
    "plan": ("tracking_plan", "The tracking plan: what is expected, what came otherwise."),
    "rejected": ("events", "List, run again or discard refused events."),
    "import": ("imports", "Import a CSV file: look, try, run, undo."),
    "export": ("export", "Write customers, orders or events to a file."),
    "customers": ("customers", "Find customers and show one with the time line."),
    "identity": ("identity", "Rules of who is one person; merge, hold apart, undo."),
    "links": ("links", "Customers who may be one person: find, look, decide."),
    "access": ("access", "Tokens: issue, block, lend, grant, and ask as a door does."),
    "profile": ("traits", "Everything known of a customer in one answer."),
    "traits": ("traits", "What is computed about customers, and what they prefer."),
    "recommend": ("recommend", "What to show to a customer, and how good the models are."),
    "audience": ("audiences", "Audiences: list, make, count, members, why, overlap."),
    "privacy": ("privacy", "A person's rights: export, erase, restrict; retention."),
    "consent": ("consent", "Who agreed to what, and whether somebody may be reached."),
    "sales": ("measure", "Sales over time by channel, store or department."),
    "metric": ("metrics", "A figure over time and by part; without a name, all there are."),
    "campaigns": ("measure", "What each campaign brought, with its interval."),
    "journeys": ("journeys", "Paths, funnels, cohorts, sequences, visits."),
    "attribution": ("attribution", "Whom orders are credited to, by several models side by side."),
    "media": ("mix", "Media spend: totals, lines, one more, one less."),
    "budget": ("mix", "What each channel brings, and where the next money goes."),
    "boards": ("boards", "Boards of figures, in the terminal and as files; notes on days."),
    "rfm": ("measure", "Who the best customers are, and who slips away."),
    "lifetime": ("lifetime", "What customers will still bring, and who may have left."),
    "affinity": ("affinity", "Which channel works for which customers."),
    "findings": ("findings", "What changed and what is worth doing, worth most first."),
    "why": ("findings", "What a change of sales, orders or customers is made of."),
    "experiments": ("experiments", "Randomised tests: plan, draw, read out, import."),
    "areas": ("geo", "What a change in some stores or regions brought; plan a test."),
    "sql": ("measure", "Ask the shop's tables in SQL (read only)."),
    "members": ("team", "The people of the team and their sign-in links."),
    "keys": ("team", "The keys of programs."),
    "cluster": ("cluster", "Start workers of the analysis engine on this machine."),
    "backup": ("keeping", "Copy a shop as it is at this moment, while it runs."),
    "restore": ("keeping", "Make a shop from a backup."),
    "rebuild": ("keeping", "Conclude identity and profiles again from the log."),
    "version": ("homes", "Say which version this is."),
    "completion": ("homes", "Print the completion script of a shell."),
}
EXIT_CODES: dict[type[ChoralError], int] = {
    NotFound: 3, InvalidInput: 4, Conflict: 5, Unavailable: 6, NotAllowed: 7, Unsupported: 7,
}  # fmt: skip
INTERNAL, USAGE, INTERRUPTED = 1, 2, 130


class Commands(click.Group):
    """Commands that are imported when they are called, so that help comes at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"choral.interfaces.cli.commands.{COMMANDS[cmd_name][0]}")
        command = getattr(module, f"{cmd_name}_command")
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(choral.__version__, prog_name="choral")
def root() -> None:
    """Choral: every channel, one voice.

    Start with `choral demo`, or with `choral init NAME` for a shop of your own. Every command takes --home (name or
    folder of the shop) and --json (for programs).
    """


def main(arguments: list[str] | None = None) -> None:
    """Run one command and leave with its exit code (docs/how-to/command-line.md lists them); never a traceback."""
    given = sys.argv[1:] if arguments is None else arguments
    as_json = "--json" in given
    try:
        code = root.main(args=given, prog_name="choral", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(0)
    except click.UsageError as error:
        _say(as_json, {"code": "usage", "what": error.format_message(), "why": "", "fix": _help_of(error)})
        sys.exit(USAGE)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except ChoralError as error:
        _say(as_json, error.as_dict())
        sys.exit(next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), INTERNAL))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read us has enough
        sys.exit(0)
    except Exception as error:  # the last resort: a person gets words, a developer asks for more
        if os.environ.get("CHORAL_DEBUG") == "1":
            raise
        _say(as_json, _internal(error))
        sys.exit(INTERNAL)


def _internal(error: Exception) -> dict[str, object]:
    return {
        "code": "internal_error",
        "what": "Something went wrong inside Choral.",
        "why": f"{type(error).__name__}: {error}"[:500],
        "fix": "Run it again with CHORAL_DEBUG=1 to see where, and tell us.",
    }


def _help_of(error: click.UsageError) -> str:
    return f"See: {error.ctx.command_path} --help" if error.ctx else "See: choral --help"


def _say(as_json: bool, problem: dict[str, Any]) -> None:
    if as_json:
        import json  # deferred: only for programs

        sentences = [str(problem[part]) for part in ("what", "why", "fix") if problem[part]]
        whole = {**problem, "message": " ".join(sentences), "details": problem.get("details", {})}
        sys.stderr.write(json.dumps({"error": whole}, default=str) + "\n")
        return
    lines = [f"Error: {problem['what']}", problem["why"], problem["fix"] and f"→ {problem['fix']}"]
    sys.stderr.write("\n".join(str(line) for line in lines if line) + "\n")
