"""The page that lists every operation, made from the OpenAPI document; it needs no script and nothing from outside."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from ninja import NinjaAPI

_SHEETS = ("tokens", "base", "layout", "controls", "parts", "table")  # the console's own
_SHEET = '<link rel="stylesheet" href="/static/{}.css">'
_PAGE = """<!doctype html><html lang="en" data-theme="system"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
{sheets}</head><body><div class="main"><main><header class="page-head"><div><h1>{title}</h1><p class="lead">{intro}</p>
</div><p><a href="/api/openapi.json">OpenAPI document</a></p></header><nav aria-label="Operations">{contents}</nav>
{operations}</main></div></body></html>"""


def page(api: NinjaAPI) -> Any:
    """A view of the list of operations of `api`."""

    def show(request: HttpRequest) -> HttpResponse:
        document = api.get_openapi_schema()
        operations = [
            (method.upper(), path, one)
            for path, methods in document["paths"].items()
            for method, one in methods.items()
        ]
        return HttpResponse(
            format_html(
                _PAGE,
                title=f"{api.title} {api.version}",
                intro=api.description,
                sheets=format_html_join(
                    "", '<link rel="stylesheet" href="/static/{}.css">', ((one,) for one in _SHEETS)
                ),
                contents=_contents(operations),
                operations=format_html_join("", "{}", ((_section(document, *operation),) for operation in operations)),
            )
        )

    return show


def _contents(operations: list[tuple[str, str, dict[str, Any]]]) -> SafeString:
    groups: dict[str, list[tuple[str, str, str, str]]] = {}
    for method, path, one in operations:
        groups.setdefault(one["tags"][0], []).append((one["operationId"], method, path, one["summary"]))
    return format_html_join(
        "",
        "<h2>{}</h2><ul>{}</ul>",
        (
            (name, format_html_join("", '<li><a href="#{}"><code>{} {}</code></a> {}</li>', rows))
            for name, rows in groups.items()
        ),
    )


def _section(document: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> SafeString:
    fields = [
        (one["name"], one["in"], "yes" if one.get("required") else "", one.get("description", ""))
        for one in operation.get("parameters", [])
    ] + _body(document, operation)
    table = format_html(
        '<div class="table-scroll"><table class="table">'
        "<thead><tr><th>Name</th><th>In</th><th>Needed</th><th>Meaning</th></tr></thead>"
        "<tbody>{}</tbody></table></div>",
        format_html_join("", "<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>", fields),
    )
    return format_html(
        '<section id="{}" class="card"><h2><code>{} {}</code></h2><p>{}</p>'
        "<p>Permission: <code>{}</code>. Answers with {}.</p>{}"
        "</section>",
        operation["operationId"],
        method,
        path,
        operation.get("description", operation["summary"]),
        operation.get("x-permission", ""),
        min(str(status) for status in operation["responses"]),
        table if fields else "",
    )


def _body(document: dict[str, Any], operation: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """The fields of a JSON body; a body that is a file is one field."""
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return [("the file", "body", "yes", operation["requestBody"]["description"])] if content else []
    name = content["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
    schema = document["components"]["schemas"][name]
    needed = schema.get("required", [])
    return [
        (field, "body", "yes" if field in needed else "", one.get("description", ""))
        for field, one in schema["properties"].items()
    ]
