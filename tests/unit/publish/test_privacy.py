"""What may leave the register, and that nothing else does."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from signet.publish import public
from tests.built_site import DAY, Ledger, build, document, sample, tree

# Every field that is published. A new one is added here on purpose, with a thought for whether
# the public may know it, or this test fails.
PUBLISHED = {
    "PublicMember": """
        number name sort_name given family native_name other_names city province designations
        disciplines status headline registered_on scopes conditions decisions responsible_for
        history last_changed_on withheld_designations periods
    """,
    "PublicPermit": """
        number name operating_names former_names city province fields headline status issued_on
        in_force_since expires_on responsible_members former_responsible_members unanswered history
        last_changed_on conditions uncovered_fields periods
    """,
    "Headline": "words tone since reason until answer allows",
    "HeldDesignation": "code name slug register practises granted_on",
    "OtherName": "name kind until",
    "Scope": "designation discipline activities limits text since",
    "Condition": "text since",
    "Decision": "title decided_on summary directed_by",
    "SaidBefore": "effective_on recorded_on corrected_on what detail",
    "HistoryEvent": "effective_on recorded_on what detail corrected said_before",
    "PermitAnswered": "number name headline since",
    "ResponsibleMember": "number name since designations headline scopes conditions",
    "FormerResponsibleMember": "number name since until",
    "Period": "first_day last_day recorded_on corrected_on verdict conditions",
    "MemberPeriod": """
        first_day last_day recorded_on corrected_on verdict conditions designations
        withheld_designations scopes responsible_for
    """,
    "PermitPeriod": """
        first_day last_day recorded_on corrected_on verdict conditions fields uncovered_fields
        responsible_members
    """,
    "NamedMember": "number name",
    "NamedPermit": "number name",
    "Row": "number name sort_name detail city status tone disciplines",
    "ScopeRow": "number name sort_name city designation scope conditions",
    "RegulatoryAction": "kind subject number sort_name text summary since until status tone",
    "Change": """
        published_on kind number name what detail effective_on key entry_kind recorded_at place
        corrected standing tone
    """,
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_only_the_fields_named_here_leave_the_register(name: str) -> None:
    kind = getattr(public, name)
    fields = getattr(kind, "_fields", None) or [field.name for field in dataclasses.fields(kind)]
    assert set(fields) == set(PUBLISHED[name].split())


def test_nothing_of_a_record_is_published_but_what_is_named_here() -> None:
    """A kind of published record that the list above doesn't know would go unwatched."""
    about_lists = {"PageLink", "ListPage", "ScopeListPage", "IndexPage", "DataFile"}
    kinds = {
        name
        for name, value in vars(public).items()
        if isinstance(value, type) and value.__module__ == public.__name__
    }
    assert kinds == PUBLISHED.keys() | about_lists


PRIVATE = {
    "e-mail": "canary.mail@private.example",
    "phone": "780-555-8417",
    "birth date": "1961-02-28",
    "address": "77 Canary Crescent NW",
    "entered by": "canary-clerk",
    "authority": "Canary authority, s. 999",
    "direction": "Canary minute of Council",
    "condition's name": "CANARY-COND",
    "private condition": "Canary supervised by a psychiatrist.",
    "decision's name": "CANARY-DEC",
    "private decision's title": "Canary file 31-007",
    "private decision's summary": "Canary caution, not for the public.",
    "entry of tomorrow": "Canary Tomorrow",
    "student's number": "777001",
    "student's family name": "Canarystudent",
    "student's given name": "Canarygiven",
    "student's other name": "Canaryalias",
    "student's native name": "金丝雀",
    "student's city": "Canaryville",
    "days as a student": "Canarycampus",
    "permit of tomorrow": "Canary Future Ltd.",
    "day of a refusal": "2024-03-19",
}


def planted(folder: Path) -> Path:
    """Write records with a private value in every private field."""
    ledger = Ledger(by=PRIVATE["entered by"], authority=PRIVATE["authority"])
    ledger.practitioner("101", "Public")
    ledger.add("101", "status_changed", "2025-05-05", status="suspended", reason="fees",
               direction=PRIVATE["direction"])  # fmt: skip
    ledger.add("101", "condition_imposed", "2025-01-01", condition=PRIVATE["condition's name"],
               text=PRIVATE["private condition"], published=False)  # fmt: skip
    ledger.add("101", "condition_lifted", "2025-09-01", condition=PRIVATE["condition's name"])
    ledger.add("101", "condition_imposed", "2025-01-01", condition="CANARY-COND-2",
               text=PRIVATE["private condition"], published=False)  # fmt: skip
    ledger.add("101", "decision_recorded", "2025-01-01", decision=PRIVATE["decision's name"],
               title=PRIVATE["private decision's title"], decided_on="2024-12-01",
               summary=PRIVATE["private decision's summary"])  # fmt: skip
    ledger.add("101", "name_changed", "2026-11-03", family=PRIVATE["entry of tomorrow"])
    ledger.add(PRIVATE["student's number"], "registered", "2024-01-01", category="student",
               family=PRIVATE["student's family name"], given=PRIVATE["student's given name"],
               known_as="Canaryalias", native_name=PRIVATE["student's native name"],
               city=PRIVATE["student's city"])  # fmt: skip
    ledger.add(PRIVATE["student's number"], "other_name_added", "2024-01-01",
               name=PRIVATE["student's other name"])  # fmt: skip
    ledger.add("102", "registered", "2019-01-01", family="Graduate", category="student",
               city=PRIVATE["days as a student"])  # fmt: skip
    ledger.add("102", "category_changed", "2022-01-01", category="member")
    ledger.add("102", "moved", "2022-01-01", city="Calgary")
    ledger.add("102", "designation_granted", "2022-01-01", designation="C.E.T.")
    ledger.practitioner("103", "Returned")
    ledger.add("103", "status_changed", "2022-01-01", status="cancelled", reason="discipline")
    ledger.add("103", "reinstatement_ruled", PRIVATE["day of a refusal"], ruling="refused")
    ledger.permit("P-1", "Open Ltd.", "101", PRIVATE["student's number"])
    ledger.add("P-1", "responsible_member_ceased", "2026-06-01", member="777001")
    ledger.permit("P-2", PRIVATE["permit of tomorrow"], "101", on="2026-11-03")
    contacts = [
        {
            "number": number,
            "email": PRIVATE["e-mail"],
            "phone": PRIVATE["phone"],
            "birth_date": PRIVATE["birth date"],
            "address": PRIVATE["address"],
        }
        for number in ("101", "102", "777001")
    ]
    return ledger.write(folder, contacts)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the site with the state beside it, after a first release and a later one."""
    folder = tmp_path_factory.mktemp("planted")
    records = planted(folder / "records")
    for value in PRIVATE.values():
        assert any(value.encode() in content for content in tree(records).values()), value
    build(records, folder / "public" / "site")
    build(records, folder / "public" / "site", DAY.replace(day=1))
    return tree(folder / "public")


@pytest.mark.parametrize("field", PRIVATE)
def test_a_private_value_is_in_no_file_and_in_no_address(
    published: dict[str, bytes], field: str
) -> None:
    secret = PRIVATE[field].encode()
    escaped = PRIVATE[field].encode("unicode_escape")
    for path, content in published.items():
        assert secret not in content, path
        assert escaped not in content, path
        assert secret not in path.encode(), path


def test_a_private_name_is_in_no_file_in_lower_case_either(published: dict[str, bytes]) -> None:
    """The look-up's words are lower case and romanised."""
    for path, content in published.items():
        assert b"canary" not in content.lower(), path


def test_the_public_part_of_the_same_records_is_there(published: dict[str, bytes]) -> None:
    assert b"Ada Public" in published["site/register/members/101/index.html"]
    assert b"Graduate" in published["site/register/members/102/index.html"]
    assert b"A condition applies" in published["site/register/members/101/index.html"]


@pytest.mark.parametrize("contacts", ["absent", "garbage", "a folder"])
def test_the_build_never_opens_the_contacts(tmp_path: Path, contacts: str) -> None:
    records = sample(tmp_path / "records", members=20, permits=3)
    build(records, tmp_path / "usual")
    file = records / "contacts.csv"
    file.unlink()
    if contacts == "garbage":
        file.write_bytes(b'\xff\xfe"unclosed,\x00')
    elif contacts == "a folder":
        file.mkdir()
    build(records, tmp_path / "without")
    assert tree(tmp_path / "without") == tree(tmp_path / "usual")


def test_no_code_of_the_build_knows_the_contacts() -> None:
    """Neither directly nor through what it imports: it has no right to read that table."""
    code = (
        "import sys, pkgutil, importlib, signet.publish as build\n"
        "for module in pkgutil.walk_packages(build.__path__, build.__name__ + '.'):\n"
        "    importlib.import_module(module.name)\n"
        "print([name for name in sys.modules if name.endswith('contacts')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_json_document_holds_the_named_fields_and_its_address(tmp_path: Path) -> None:
    build(planted(tmp_path / "records"), tmp_path / "site")
    member = document(tmp_path / "site", "member", "101")
    assert member.keys() == {"url", *PUBLISHED["PublicMember"].split()}
    permit = document(tmp_path / "site", "permit", "P-1")
    assert permit.keys() == {"url", *PUBLISHED["PublicPermit"].split()}


def test_records_that_vanish_from_public_view_leave_the_site(tmp_path: Path) -> None:
    """A record that turns private, by a correction, takes all its files with it."""
    ledger = Ledger()
    ledger.member("1", "Stays")
    ledger.member("2", "Goeshidden")
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    ledger.add("2", "category_changed", "2026-10-01", category="student")
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    assert not (tmp_path / "site/register/members/2").exists()
    assert all(b"Goeshidden" not in content for content in tree(tmp_path / "site").values())
