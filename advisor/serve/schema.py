"""What stands around the routes, as the OpenAPI schema says it: keys, `Idempotency-Key`, when to come again."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from advisor.serve.access import needed

_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key made by `python -m advisor.keys create`; asked for where other machines reach the server.",
}
_ONCE = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Any text of your own, new with each write: sent again under it, the write is done once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
_LATER = {"Retry-After": {"description": "Seconds after which to come again", "schema": {"type": "integer"}}}
_METHODS = ("get", "post", "put", "patch", "delete")
_MAKES = {  # what makes something → where its id is in the response, and the parameter that takes it elsewhere
    "/v1/ask": ("conversation_id", "conversation_id"),
    "/v1/checklists": ("id", "checklist_id"),
    "/v1/assessment": ("id", "assessment_id"),
    "/v1/comparisons": ("id", "comparison_id"),
    "/v1/briefs": ("id", "brief_id"),
}
_PAGES_MISSING = "404"  # of a page: for a person, a page too


def describe_surroundings(api: FastAPI, keys_required: bool) -> None:
    """From now on the app's schema says what its middlewares ask for and answer."""
    plain = api.openapi

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            schema = plain()
            schema["components"].setdefault("securitySchemes", {})["key"] = _KEY
            for path, item in schema["paths"].items():
                for method in item.keys() & set(_METHODS):
                    _describe(item[method], method.upper(), path, keys_required)
            _link(schema["paths"])
        return plain()

    api.openapi = openapi  # type: ignore[method-assign]  # how FastAPI lets a schema be extended


def _describe(operation: dict[str, Any], method: str, path: str, keys_required: bool) -> None:
    scope = needed(method, path)
    if scope:
        operation["security"] = [{"key": []}] if keys_required else [{"key": []}, {}]
        operation["description"] = f"{operation.get('description', '')}\n\nNeeds a key for `{scope}`.".strip()
    if path.startswith("/v1/") and method != "GET":
        operation.setdefault("parameters", []).append(_ONCE)
    for status, response in operation["responses"].items():
        if status >= "400" and "content" in response:
            _describe_error(status, response)


def _describe_error(status: str, response: dict[str, Any]) -> None:
    """Errors are JSON whatever the route answers with; that something is not there may be said by a page, too."""
    (kind, content), *_ = response["content"].items()
    response["content"] = {"application/json": content}
    if kind == "text/html" and status == _PAGES_MISSING:
        response["content"]["text/html"] = {}
    if status in ("429", "503"):
        response["headers"] = _LATER


def _link(paths: dict[str, Any]) -> None:
    """Each response with an id says which operations take it."""
    for path, (field, parameter) in _MAKES.items():
        takers = [
            operation["operationId"]
            for other, item in paths.items()
            for operation in item.values()
            if f"{{{parameter}}}" in other
        ]
        (response,) = (r for status, r in paths[path]["post"]["responses"].items() if status < "300")
        value = f"$response.body#/{field}"
        response["links"] = {taker: {"operationId": taker, "parameters": {parameter: value}} for taker in takers}
