"""What holds for each operation of the OpenAPI document, whichever they are."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from api_program import Program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from choral.team import PERMISSIONS, ROLES, may

PROBLEM = {"code", "message", "what", "why", "fix", "details", "request"}
RUBBISH = [
    b"", b"{", b"null", b"[]", b'"x"', b"{}", b"\xff\xfe", b'{"name": 1e400}', b'{"a":' * 5_000, b'{"name": "\\u0000"}',
    b'{"source": {"$ne": 1}, "events": "x"}', b'{"role": ["owner"], "name": {}}', b'{"event": 1}',
]  # fmt: skip
ODD = [
    "0",
    "-1",
    "1",
    "9" * 40,
    "%00",
    "%27%20OR%201%3D1",
    "..%2F..%2Fetc",
    "é",
    "<script>",
    "x" * 3_000,
    "%F0%9F%92%A9",
]

ODD_QUERIES = ["", "\0", "-1", "9" * 40, "' OR 1=1 --", "2026-02-30", "9999-12-31T23:59:59+23:59", "x" * 2_000]


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def filled(path: str, value: str) -> str:
    while "{" in path:
        path = path[: path.index("{")] + value + path[path.index("}") + 1 :]
    return path


def assert_problem(answer: Any) -> None:
    body = json.loads(answer.content)
    assert set(body) == PROBLEM, body
    assert body["code"] and body["what"] and body["request"] == answer["X-Request-Id"]
    assert answer["Content-Type"] == "application/json"


def test_rubbish_is_answered_with_a_problem_that_says_what_and_never_with_a_fault_of_ours(owner: Program) -> None:
    document = owner.get("/api/openapi.json").json()
    for method, path, _ in operations(document):
        for value, body in itertools.zip_longest(ODD, RUBBISH, fillvalue=None):
            address = filled(path, value or "1")
            answer = owner.send(method, address, body or b"{}") if method != "GET" else owner.get(address)
            assert answer.status_code < 500, (method, address, body, answer.content)
            if answer.status_code >= 400:
                assert_problem(answer)


def test_odd_values_in_the_query_are_answered_with_a_problem_or_an_answer(owner: Program) -> None:
    document = owner.get("/api/openapi.json").json()
    for method, path, operation in operations(document):
        for parameter in operation.get("parameters", []):
            if parameter["in"] != "query":
                continue
            for value in (
                "",
                "\0",
                "-1",
                "9" * 40,
                "' OR 1=1 --",
                "2026-02-30",
                "9999-12-31T23:59:59+23:59",
                "x" * 2_000,
            ):
                answer = owner.get(filled(path, "1"), **{parameter["name"]: value})
                assert answer.status_code < 500, (method, path, parameter["name"], value, answer.content)
                if answer.status_code >= 400:
                    assert_problem(answer)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
        max_leaves=8,
    )
)
def test_any_event_gets_a_verdict_of_its_own(owner: Program, anything: Any) -> None:
    source = owner.send("POST", "/api/v1/sources", {"name": "Any"}, once="the-source").json()["id"]
    answer = owner.send(
        "POST", "/api/v1/events", {"source": source, "events": [{"name": "A"}, {"properties": anything}]}
    )
    assert answer.status_code == 200, answer.content
    assert answer.json()["accepted"] + answer.json()["duplicates"] + len(answer.json()["rejected"]) == 2


def test_every_write_takes_an_idempotency_key_and_every_operation_names_its_permission(owner: Program) -> None:
    from choral.interfaces.api.operations import DECLARED  # it needs a shop's settings

    document = owner.get("/api/openapi.json").json()
    found = list(operations(document))
    assert len(found) == len(DECLARED) >= 30
    for method, path, operation in found:
        headers = {one["name"] for one in operation.get("parameters", []) if one["in"] == "header"}
        assert ("Idempotency-Key" in headers) == (method != "GET"), path
        assert operation["x-permission"] in PERMISSIONS
        assert operation["security"] == [{"ApiKey": []}]
        assert {"401", "403", "404", "409", "422", "429", "503"} <= set(operation["responses"])
        assert operation["description"].endswith("."), path


@pytest.mark.parametrize("role", [*ROLES, ""])
def test_an_operation_is_refused_to_every_role_without_its_permission(
    program: Callable[[str], Program], role: str
) -> None:
    from choral.interfaces.api.operations import DECLARED

    caller = program(role)
    for one in DECLARED:
        answer = caller.send(one.method, "/api/v1" + filled(one.path, "999999"), b"")
        if not role:
            assert answer.status_code == 401 and answer["WWW-Authenticate"].startswith("Bearer")
            assert_problem(answer)
        elif may(role, one.permission):
            assert answer.status_code not in (401, 403), one
        else:
            assert answer.status_code == 403, one
            assert_problem(answer)


def test_answers_are_what_the_document_says(owner: Program, a_sold_basket: dict[str, str]) -> None:
    document = owner.get("/api/openapi.json").json()
    checked = 0
    for method, path, operation in operations(document):
        if method != "GET":
            continue
        if not set(re.findall(r"{(\w+)}", path)) <= set(a_sold_basket):
            continue
        address = path.format(**a_sold_basket)
        answer = owner.get(address, **({"q": "ada"} if address.endswith("search") else {}))
        if answer.status_code == 404:
            continue
        assert answer.status_code == 200, (path, answer.content)
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        conforms(answer.json(), schema, document["components"]["schemas"], path)
        checked += 1
    assert checked >= 20


def conforms(  # noqa: C901 - one case after the other
    value: Any, schema: dict[str, Any], known: dict[str, Any], where: str
) -> None:
    """The parts of JSON Schema that the document uses."""
    if "$ref" in schema:
        schema = known[schema["$ref"].rsplit("/", 1)[-1]]
    if "anyOf" in schema:
        problems = []
        for one in schema["anyOf"]:
            try:
                conforms(value, one, known, where)
                return
            except AssertionError as problem:
                problems.append(problem)
        raise AssertionError(f"{where}: {value!r} fits none: {problems}")
    kinds = {
        "object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "integer": int,
        "number": (int, float),
    }  # fmt: skip
    if "type" in schema:
        assert isinstance(value, kinds[schema["type"]]), f"{where}: {value!r} is no {schema['type']}"  # type: ignore[arg-type]
    if "enum" in schema:
        assert value in schema["enum"], where
    if isinstance(value, list):
        for index, one in enumerate(value):
            conforms(one, schema.get("items", {}), known, f"{where}[{index}]")
    if isinstance(value, dict) and "properties" in schema:
        if schema.get("additionalProperties") is False:
            assert set(value) == set(schema["properties"]), f"{where}: {set(value) ^ set(schema['properties'])}"
        for name, one in value.items():
            conforms(one, schema["properties"].get(name, {}), known, f"{where}.{name}")
