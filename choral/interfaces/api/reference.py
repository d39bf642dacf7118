"""The page that lists every operation, made from the OpenAPI document; it needs no script and nothing from outside."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from ninja import NinjaAPI

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>{title}</h1>
<p>{intro}</p><p><a href="/api/openapi.json">OpenAPI document</a></p><nav><ul>{contents}</ul></nav>{operations}</main>
</body></html>"""


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
                contents=format_html_join(
                    "",
                    '<li><a href="#{}"><code>{} {}</code></a> {}</li>',
                    ((one["operationId"], method, path, one["summary"]) for method, path, one in operations),
                ),
                operations=format_html_join("", "{}", ((_section(*operation),) for operation in operations)),
            )
        )

    return show


def _section(method: str, path: str, operation: dict[str, Any]) -> SafeString:
    fields = [
        (one["name"], one["in"], "required" if one.get("required") else "optional", one.get("description", ""))
        for one in operation.get("parameters", [])
    ]
    table = format_html(
        "<table><caption>Parameters</caption><thead><tr><th>Name</th><th>In</th><th></th><th>Meaning</th></tr></thead>"
        "<tbody>{}</tbody></table>",
        format_html_join("", "<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>", fields),
    )
    return format_html(
        '<section id="{}"><h2><code>{} {}</code></h2><p>{}</p><p>Permission: <code>{}</code>. Answers: {}.</p>{}'
        "</section>",
        operation["operationId"],
        method,
        path,
        operation.get("description", operation["summary"]),
        operation.get("x-permission", ""),
        ", ".join(str(status) for status in operation["responses"]),
        table if fields else "",
    )
