"""The description of the JSON routes follows from the routes themselves."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from signet.web.answer import Answer, Json
from signet.web.app import ANYONE, SIGNED_IN, App
from signet.web.openapi import document
from signet.web.request import Request


class Ask(BaseModel):
    """What is asked."""

    title: str = Field(max_length=40)


class Told(BaseModel):
    """What is told."""

    id: str
    parts: list[Ask] = []


def described() -> dict[str, Any]:
    app = App("api")

    @app.get("/services/things/<year>/<thing>", needs=ANYONE, gives=Told)
    def thing(request: Request, year: str, thing: str) -> Answer:
        """One thing.

        More about it.
        """
        return Json(Told(id=thing))

    @app.post("/services/things/<year>/", needs=SIGNED_IN, takes=Ask, gives=Told)
    def add(request: Request, year: str) -> Answer:
        """Add a thing."""
        return Json(Told(id=year))

    @app.get("/services/page", needs=ANYONE)
    def page(request: Request) -> Answer:
        return Json({})

    return document([app], "Things", "1")


def test_every_json_route_is_described_and_no_page_is() -> None:
    assert {(p, m) for p, about in described()["paths"].items() for m in about} == {
        ("/services/things/{year}/{thing}", "get"),
        ("/services/things/{year}/", "post"),
    }


def test_a_route_says_what_it_takes_and_gives() -> None:
    made = described()
    add = made["paths"]["/services/things/{year}/"]["post"]
    asked = add["requestBody"]["content"]["application/json"]["schema"]
    given = add["responses"]["200"]["content"]["application/json"]["schema"]
    schemas = made["components"]["schemas"]
    assert asked == {"$ref": "#/components/schemas/Ask"}
    assert given == {"$ref": "#/components/schemas/Told"}
    assert schemas["Ask"]["properties"]["title"]["maxLength"] == 40
    assert {"Ask", "Told", "Problem"} <= schemas.keys()
    assert "application/problem+json" in add["responses"]["default"]["content"]


def test_parts_of_the_path_and_the_act_are_parameters() -> None:
    paths = described()["paths"]
    got = paths["/services/things/{year}/{thing}"]["get"]
    added = paths["/services/things/{year}/"]["post"]
    assert [p["name"] for p in got["parameters"]] == ["year", "thing"]
    assert [p["name"] for p in added["parameters"]] == ["year", "Idempotency-Key"]


def test_only_a_route_that_needs_somebody_asks_for_a_session() -> None:
    paths = described()["paths"]
    assert "security" not in paths["/services/things/{year}/{thing}"]["get"]
    assert paths["/services/things/{year}/"]["post"]["security"] == [{"session": []}]


def test_the_summary_is_the_first_line_of_what_the_view_says() -> None:
    assert described()["paths"]["/services/things/{year}/{thing}"]["get"]["summary"] == "One thing."


def test_the_same_routes_give_the_same_document() -> None:
    assert described() == described()
