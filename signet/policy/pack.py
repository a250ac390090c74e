"""Policy packs: reading them, and looking up the values in force on a date."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar, get_args

from signet.policy import complaints, cpd, jobs, proposals, requests, stamps, uploads
from signet.policy.complaints import ComplaintPolicy
from signet.policy.cpd import CpdPolicy
from signet.policy.jobs import JobPolicy
from signet.policy.proposals import ProposalPolicy
from signet.policy.requests import RequestPolicy
from signet.policy.stamps import StampPolicy
from signet.policy.uploads import UploadPurpose

PACKS = Path(__file__).parent
DEFAULT_PACK = "alberta"


class PolicyError(Exception):
    """The pack can't be used; the message says which pack and what is wrong with it."""


Paper = Literal["us-letter", "a4"]


class Regulator(NamedTuple):
    """The regulator that keeps the register, with its time zone and province.

    `address` has the lines of the postal address; `reach` is the e-mail address or telephone number
    at the end of mail. `licence` is the one under which the published data may be used. `paper` is
    what letters are printed on.
    """

    name: str
    short_name: str
    jurisdiction: str
    province: str
    country: str
    time_zone: str
    register_name: str
    contact: str
    country_name: str = ""  # as readers say it
    address: tuple[str, ...] = ()
    telephone: str = ""
    email: str = ""
    reach: str = ""
    licence: str = ""  # its short name, as the Open Definition lists it
    licence_title: str = ""
    licence_url: str = ""
    paper: Paper = "us-letter"

    @property
    def by_telephone(self) -> str:
        """Whom to call: "the Registrar's office at 780-555-0134"."""
        return f"{self.contact} at {self.telephone}" if self.telephone else self.contact

    @property
    def letterhead(self) -> tuple[str, ...]:
        """The lines at the head of a letter: name, address, telephone and e-mail."""
        ways = " · ".join(filter(None, (self.telephone, self.email)))
        return tuple(filter(None, (self.name, *self.address, ways)))


class MemberCategory(NamedTuple):
    """A kind of record; only public ones are published (DES-6).

    `longest` names the rules that limit the years in the category, the second with Council's
    extension.
    """

    code: str
    name: str
    public: bool
    cites: str
    longest: tuple[str, ...] = ()


class Designation(NamedTuple):
    """A title the regulator grants; `practises` ones need a scope of practice (SCO-1).

    `allows` says what the title permits for a holder who may not practise independently under it
    (DES-1). `supersedes` lists the designations it builds on; a holder is no longer listed under
    those. `stamp_beside` names the stamp beside which alone that of the title counts (G 70(3)).
    """

    code: str
    slug: str
    name: str
    register: str
    practises: bool
    cites: str
    profession: str = ""
    supersedes: tuple[str, ...] = ()
    allows: str = ""
    stamp_beside: str = ""
    order: int = 0


class Status(NamedTuple):
    """A member's status: in good standing or not, may practise or not, struck from the roll or not.

    `waits`: when entered through discipline, it bars reinstatement for a time (STA-3). `neutral`:
    shown without a warning, as it implies no blame; `sentence` then replaces the usual answers,
    which would sound wrong. `silent`: pages don't say that nothing is allowed, as that is obvious.
    """

    code: str
    name: str
    good: bool
    practice: bool
    cites: str
    reasons: tuple[str, ...] = ()
    struck: bool = False
    direction: bool = False
    waits: bool = False
    neutral: bool = False
    sentence: str = ""
    silent: bool = False

    @property
    def left(self) -> bool:
        """Whether the member has left practice for good: is off the roll, or retired."""
        return self.struck or (self.good and bool(self.sentence))


class PermitStatus(NamedTuple):
    """A permit's status, other than expired, which follows from its dates."""

    code: str
    name: str
    good: bool
    cites: str
    reasons: tuple[str, ...] = ()
    waits: bool = False


class Reason(NamedTuple):
    """The reason for a status; `discipline` ones carry the wait of STA-3."""

    code: str
    name: str
    discipline: bool = False


class Policy(NamedTuple):
    """One regulator's pack."""

    regulator: Regulator
    categories: Mapping[str, MemberCategory]
    designations: Mapping[str, Designation]
    statuses: Mapping[str, Status]
    permit_statuses: Mapping[str, PermitStatus]
    reasons: Mapping[str, Reason]
    disciplines: tuple[str, ...]
    activities: tuple[str, ...]
    rules: Mapping[str, tuple[tuple[date, Any], ...]]
    cpd_values: tuple[CpdPolicy, ...]
    uploads: Mapping[str, UploadPurpose]
    proposals: ProposalPolicy
    complaints: ComplaintPolicy | None
    jobs: JobPolicy | None
    requests: RequestPolicy
    postnominals_of_others: tuple[str, ...] = ()  # what people write after a name that others grant
    contacts_seen_by: tuple[str, ...] = ()  # roles that see contact data at the register desk
    stamps: StampPolicy = StampPolicy()

    def value(self, name: str, on: date) -> Any:
        """Return the value of rule `name` in force on a date. Raises PolicyError without one."""
        held = [value for start, value in self.rules[name] if start <= on]
        if not held:
            raise PolicyError(f"no value of {name} is in force on {on}")
        return held[-1]

    def cpd(self, on: date) -> CpdPolicy:
        """Return the CPD rules in force on a date. Raises PolicyError when there are none."""
        cpd_policies = [value for value in self.cpd_values if value.since <= on]
        if not cpd_policies:
            raise PolicyError(f"nothing on CPD is in force on {on}")
        return cpd_policies[-1]

    @property
    def career_centre(self) -> JobPolicy:
        """The career centre's policy. Raises LookupError if the pack has none."""
        if self.jobs is None:
            raise LookupError("the policy pack has no section on jobs")
        return self.jobs


Row = TypeVar("Row")


def _rows(raw: Mapping[str, Any], table: str, kind: type[Row]) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for position, fields in enumerate(raw.get(table, ())):
        present = dict(fields)
        for name in present.keys() & {"reasons", "longest", "supersedes"}:
            present[name] = tuple(present[name])
        if kind is Designation:
            present["order"] = position
        rows[present["code"]] = kind(**present)
    return rows


def _read(path: Path) -> Policy:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    policy = Policy(
        regulator=Regulator(
            **{**raw["regulator"], "address": tuple(raw["regulator"].get("address", ()))}
        ),
        categories=_rows(raw, "category", MemberCategory),
        designations=_rows(raw, "designation", Designation),
        statuses=_rows(raw, "status", Status),
        permit_statuses=_rows(raw, "permit_status", PermitStatus),
        reasons=_rows(raw, "reason", Reason),
        disciplines=tuple(raw["disciplines"]["names"]),
        activities=tuple(raw["activities"]["names"]),
        rules={
            rule["name"]: tuple(sorted((v["from"], v["value"]) for v in rule["values"]))
            for rule in raw["rule"]
        },
        cpd_values=cpd.read(raw.get("cpd", ())),
        uploads=uploads.read(raw.get("uploads", {})),
        proposals=proposals.read(raw["proposals"]),
        complaints=complaints.read(raw.get("complaints", {})),
        jobs=jobs.read(raw.get("jobs", {})),
        requests=requests.read(raw.get("request", ())),
        postnominals_of_others=tuple(raw.get("lookup", {}).get("postnominals_of_others", ())),
        contacts_seen_by=tuple(raw.get("contacts", {}).get("seen_by", ())),
        stamps=stamps.read(raw.get("stamps", {})),
    )
    _check(policy)
    return policy


def _check(policy: Policy) -> None:
    _check_proposals(policy)
    if not all("not_known" in table for table in (policy.statuses, policy.permit_statuses)):
        raise PolicyError("there is no standing not_known, for what no record tells of")
    _check_reasons(policy)
    if policy.jobs and not (policy.regulator.address and policy.regulator.reach):
        raise PolicyError("mail about jobs has to say the regulator's address and reach")
    if policy.regulator.paper not in get_args(Paper):
        raise PolicyError(f"letters are printed on {' or '.join(get_args(Paper))}")
    for designation in policy.designations.values():
        if not policy.designations.keys() >= set(designation.supersedes):
            raise PolicyError(f"{designation.code} supersedes what isn't a designation")
    for cpd_policy in policy.cpd_values:
        strangers = cpd_policy.exemptions.keys() - policy.statuses.keys()
        strangers |= set(cpd_policy.applies_to) - policy.categories.keys()
        if strangers:
            raise PolicyError(f"CPD names what the register doesn't know: {sorted(strangers)}")


def _check_reasons(policy: Policy) -> None:
    named = {s.code: s.reasons for s in policy.statuses.values()}
    named |= {f"{s.code} of a permit": s.reasons for s in policy.permit_statuses.values()}
    for status, reasons in named.items():
        unknown = [code for code in reasons if code not in policy.reasons]
        if unknown:
            raise PolicyError(f"status {status} names reasons that aren't listed: {unknown}")


@cache
def load(name: str | None = None) -> Policy:
    """Return the pack called `name`, or the one in SIGNET_POLICY: a pack here, or a path to a file.

    Raises PolicyError when there is no such pack or it isn't valid.
    """
    pack = name or os.environ.get("SIGNET_POLICY", DEFAULT_PACK)
    path = Path(pack) if pack.endswith(".toml") else PACKS / f"{pack}.toml"
    try:
        return _read(path)
    except FileNotFoundError:
        raise PolicyError(f"no policy pack {pack!r}; there is no file {path.name}") from None
    except (KeyError, TypeError, ValueError) as error:
        raise PolicyError(f"{path.name}: {error}") from error


def _check_proposals(policy: Policy) -> None:
    listed = set(policy.proposals.emergency.statuses)
    for own in policy.proposals.own:
        listed |= {*own.statuses, *own.coming_from}
    if strangers := listed - policy.statuses.keys() - policy.permit_statuses.keys():
        raise PolicyError(f"proposals speak of statuses that aren't listed: {sorted(strangers)}")
