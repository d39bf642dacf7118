"""Each of the project's own rules catches what it is there to catch, and lets honest code pass."""

from pathlib import Path

import pytest

from tools.rules import code, pages, tree

HEAD = '"""Something."""\n'


def rules_of(text: str, path: str = "choral/x/queries.py") -> set[str]:
    return {fault.rule for fault in code.check(Path(path), HEAD + text)}


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("wall-clock", "import time\nnow = time.time()\n"),
        ("wall-clock", "from datetime import datetime\nnow = datetime.now()\n"),
        ("dangerous-call", "value = eval(text)\n"),
        ("dangerous-call", "import pickle\n"),
        ("http-client", "import requests\n"),
        ("http-client", "from http.client import HTTPSConnection\n"),
        ("model-write", "Thing.objects.create(name='x')\n"),
        ("model-write", "Thing.objects.filter(id=1).update(name='x')\n"),
        ("float-money", "value = float(row.total_minor)\n"),
        ("translation", "text = _(f'Hello {name}')\n"),
        ("translation", "text = gettext('Hello %s')\n"),
        ("long-function", "def f():\n" + "    x = 1\n" * 61),
        ("long-file", "x = 1\n" * 400),
    ],
)
def test_a_planted_fault_is_caught(rule: str, text: str) -> None:
    assert rule in rules_of(text)


def test_a_module_without_a_sentence_is_caught() -> None:
    assert {fault.rule for fault in code.check(Path("choral/x.py"), "x = 1\n")} == {"module-sentence"}


@pytest.mark.parametrize(
    "text",
    [
        "def f(now: int) -> int:\n    return now\n",
        "text = _('Hello %(name)s') % {'name': name}\n",
        "value = float(row.weight)\n",
        "value = eval(text)  # allowed: a test of the rule itself\n",
        "set_of_names.update(['a'])\n",
    ],
)
def test_honest_code_passes(text: str) -> None:
    assert rules_of(text) == set()


def test_actions_may_write_models() -> None:
    assert rules_of("Thing.objects.create(name='x')\n", "choral/x/actions.py") == set()


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("inline-style", '<p style="color: red">'),
        ("inline-style", "<style>"),
        ("inline-script", "<script>alert(1)</script>"),
        ("handler", '<button onclick="go()">'),
        ("unescaped", "{{ name|safe }}"),
        ("outside", '<script src="https://cdn.example/x.js"></script>'),
        ("javascript-link", '<a href="javascript:go()">'),
    ],
)
def test_a_template_that_breaks_the_policy_is_caught(rule: str, text: str) -> None:
    assert rule in {fault.rule for fault in pages.check(Path("a.html"), text)}


def test_honest_templates_pass() -> None:
    text = '<script type="application/json" id="d">{}</script><script src="/static/a.js" defer></script><p class="on">'
    assert pages.check(Path("a.html"), text) == []


def test_what_belongs_to_one_machine_is_caught(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text('see /home/anna/x\n"resolved": "https://somewhere"\n')  # allowed: planted
    assert {fault.rule for fault in tree.check(Path("a.md"), file)} == {"machine-path", "registry-host"}
    file.write_text("GET /work is fine, so is /home\n")
    assert tree.check(Path("a.md"), file) == []
    assert tree.check(Path("a.csv"), file)[0].rule == "data-file"
