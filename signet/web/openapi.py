"""The OpenAPI description of the JSON routes, from the models that they declare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import models_json_schema

from signet.web import cookies, csrf
from signet.web.app import ANYONE, App, Route
from signet.web.problems import MEDIA

VERSION = "3.1.0"
_PART = re.compile(r"<(\w+)>")
_REF = "#/components/schemas/{model}"
_ACT = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Chosen at random for each act. The same again makes the same thing once.",
    "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
}

Mode = Literal["validation", "serialization"]


class FaultBody(BaseModel):
    """What is wrong with one field; `field` is empty for the whole."""

    model_config = ConfigDict(title="Fault")

    field: str
    message: str


class Problem(BaseModel):
    """Why something can't be done (RFC 9457). `reference` finds it in our log."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    reference: str
    faults: list[FaultBody] = []
    rule: str = ""


def document(apps: Iterable[App], title: str, version: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of every JSON route of the apps, in a fixed order."""
    routes = sorted(
        (route for app in apps for route in app.routes if route.is_json),
        key=lambda route: (route.rule, route.method),
    )
    refs, schemas = _schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        path = _PART.sub(r"{\1}", route.rule)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, refs)
    return {
        "openapi": VERSION,
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": cookies.SESSION}
            },
        },
    }


def _schemas(routes: Iterable[Route]) -> tuple[Mapping[Any, Any], dict[str, Any]]:
    models: list[tuple[type[BaseModel], Mode]] = [(Problem, "serialization")]
    for route in routes:
        models += [(route.takes, "validation")] if route.takes else []
        models += [(route.gives, "serialization")] if route.gives else []
    refs, definitions = models_json_schema(list(dict.fromkeys(models)), ref_template=_REF)
    return refs, dict(sorted(definitions["$defs"].items()))


def _operation(route: Route, refs: Mapping[Any, Any]) -> dict[str, Any]:
    about = (route.view.__doc__ or "").strip()
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": about.partition("\n")[0],
        "parameters": [
            {"name": part, "in": "path", "required": True, "schema": {"type": "string"}}
            for part in _PART.findall(route.rule)
        ],
        "responses": {
            str(int(HTTPStatus.OK)): _content("What was asked for", route.gives, refs),
            "default": {
                "description": "Why it can’t be done",
                "content": {MEDIA: {"schema": refs[Problem, "serialization"]}},
            },
        },
    }
    if route.method not in csrf.SAFE:
        operation["parameters"].append(_ACT)
    if route.takes:
        schema = {"schema": refs[route.takes, "validation"]}
        operation["requestBody"] = {"required": True, "content": {"application/json": schema}}
    if route.needs is not ANYONE:
        operation["security"] = [{"session": []}]
    return operation


def _content(
    description: str, model: type[BaseModel] | None, refs: Mapping[Any, Any]
) -> dict[str, Any]:
    if model is None:
        return {"description": description}
    schema = {"schema": refs[model, "serialization"]}
    return {"description": description, "content": {"application/json": schema}}
