"""What is done with what was deployed: records loaded, published, asked for, changed, restored."""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import boto3

from infra.aws.edge_facts import FOLDER
from infra.aws.gatekeeper.gatekeeper import HEADER
from infra.aws.settings import Stage
from infra.aws.stacks.data import bucket_name
from infra.aws.stacks.site import PREFIX
from infra.local import identity
from infra.local.identity import PASSWORD, Pool, User
from signet.web.cookies import SESSION
from tests.aws.rehearsal.commands import PYTHON, run, signet
from tests.aws.rehearsal.submissions import SUBMISSIONS
from tests.aws.rehearsal.visiting import Deployed, Visitor
from tests.aws.rehearsal.waiting import Failed, until

MEMBERS, PERMITS = "60", "10"


@dataclass
class Journey:
    """One rehearsal after the deployment; each step raises Failed, or says what it showed."""

    stage: Stage
    deployed: Deployed
    pool: Pool
    folder: Path
    member: Visitor = field(init=False)

    @classmethod
    def begun(cls, stage: Stage, endpoint: str, folder: Path) -> Journey:
        """One that begins; what was deployed is read from what the stacks said."""
        said = json.loads((FOLDER / f"{stage.name}.json").read_text())[f"signet-{stage.name}"]
        pages = f"https://{stage.sign_in_prefix}.auth.{stage.region}.amazoncognito.com"
        site, uploads = (_configured(said[name]) for name in ("DistributionId", "UploadsId"))
        where, files = said["SiteAddress"], said["UploadsAddress"]
        deployed = Deployed(endpoint, where, pages, site, files, uploads, _sent_on())
        pool = Pool(said_by_data(stage)["PoolId"], said["ClientId"])
        return cls(stage, deployed, pool, folder)

    def steps(self) -> Iterator[Callable[[], str]]:
        """Yield the steps, in their order."""
        yield self.load
        yield self.publish
        yield self.keep_strangers_out
        yield self.sign_in
        yield self.refuse_a_tampered_cookie
        yield self.print_record
        for submit in SUBMISSIONS:
            yield lambda submit=submit: f"{submit(self.member, self.today)} was taken"  # type: ignore[misc]
        yield self.change
        yield self.restore

    @property
    def today(self) -> date:
        """The day where the regulator is."""
        return datetime.now(ZoneInfo(self.stage.time_zone)).date()

    def load(self) -> str:
        """Load records by the command, with the keys that operators use."""
        secret = client("secretsmanager").get_secret_value(
            SecretId=f"{self.stage.prefix}address-key"
        )
        os.environ["SIGNET_ADDRESS_KEY"] = secret["SecretString"]
        made = ("--members", MEMBERS, "--permits", PERMITS, "--out", self.records)
        signet("demo-data", *made)
        signet("import", self.records)
        return f"a register of {MEMBERS} members was imported into the deployed tables"

    @property
    def records(self) -> Path:
        """The records that were loaded."""
        return self.folder / "records"

    def publish(self) -> str:
        """Return the nightly function, and a page of what it published."""
        answer = client("lambda").invoke(
            FunctionName=f"{self.stage.prefix}nightly", Payload=json.dumps({"clock": "nightly"})
        )
        report = json.loads(answer["Payload"].read() or "{}")
        if "FunctionError" in answer or not report.get("members"):
            raise Failed(f"the nightly function published nothing: {report}")
        self._serve_without_tls()
        visitor = Visitor(self.deployed)
        # Without its slash too: code that runs at CloudFront leads to the one with it.
        for path in ("/", "/register", "/register/browse/", "/register/current.json"):
            got = visitor.get(path)
            said = str(got.headers.get("content-security-policy"))
            if got.status != 200 or "default-src" not in said:
                raise Failed(f"{path} was answered {got.status}, {dict(got.headers)}")
        return f"the nightly function published {report['written']} files, and pages are served"

    def _serve_without_tls(self) -> None:
        """Take the site's bucket's one denial away: the emulator speaks no TLS, within or without.

        That CloudFront may read, and nobody else, stays as it was deployed.
        """
        bucket, store = bucket_name(self.stage, "site"), client("s3")
        policy = json.loads(store.get_bucket_policy(Bucket=bucket)["Policy"])
        allowing = [one for one in policy["Statement"] if one["Effect"] == "Allow"]
        store.put_bucket_policy(Bucket=bucket, Policy=json.dumps({**policy, "Statement": allowing}))

    def keep_strangers_out(self) -> str:
        """Check that the APIs answer CloudFront alone: not without the secret, not with another."""
        for path in ("/services/", "/services/cpd/", "/services/openapi.json"):
            known = self.deployed.passed_on(path)
            answers = [
                Visitor(self.deployed).raw(path, {**known, HEADER: secret}).status
                for secret in ("", "x" * 64, known[HEADER])
            ]
            if not {*answers[:2]} <= {401, 403} or answers[2] not in (200, 303):
                raise Failed(
                    f"{path} is answered {answers}: without, with another, with the secret"
                )
        return "the APIs answer CloudFront alone, also at addresses that end in a slash"

    def sign_in(self) -> str:
        """By the code flow, on the provider's own pages; the account finds its member record."""
        self._lead_tokens_here()
        user, number = self._somebody()
        identity.add_users(self.deployed.endpoint, self.pool, [user])
        self.member = Visitor(self.deployed)
        ended = self.member.sign_in(user)
        if ended.url != f"{self.deployed.address}/services/" or SESSION not in self.member.cookies:
            raise Failed(
                f"signing in ended with {ended.status} at {ended.url}: {ended.text[:2000]}"
            )
        if number not in self.member.get("/services/account/").text:
            raise Failed(f"the account wasn't joined to the member record {number}")
        return f"a member signed in by the code flow, and is known to be {number}"

    def _lead_tokens_here(self) -> None:
        """Set the one thing that differs: functions can't reach Amazon's own names."""
        name, endpoint = f"{self.stage.prefix}account", self.deployed.endpoint
        found = client("lambda").get_function_configuration(FunctionName=name)
        settings = found["Environment"]["Variables"] | {
            "SIGNET_OIDC_TOKEN_URL": f"{endpoint}/oauth2/token",
            "SIGNET_OIDC_JWKS_URL": f"{endpoint}/{self.pool.id}/.well-known/jwks.json",
        }
        client("lambda").update_function_configuration(
            FunctionName=name, Environment={"Variables": settings}
        )

    def _somebody(self) -> tuple[User, str]:
        """Return a member who may practise, and whose address no other member has."""
        visitor = Visitor(self.deployed)
        with (self.records / "contacts.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["email"]]
        for row in rows:
            page = visitor.get(f"/register/members/{row['number']}/index.json")
            if page.status == 200 and json.loads(page.text)["headline"]["tone"] == "good":
                return User(row["email"], PASSWORD), row["number"]
        raise Failed("nobody of the register that was loaded may practise")

    def refuse_a_tampered_cookie(self) -> str:
        """Check that a session whose cookie was changed by one letter is no session."""
        forger = Visitor(self.deployed)
        real = self.member.cookies[SESSION]
        forger.cookies[SESSION] = ("a" if real[0] != "a" else "b") + real[1:]
        for visitor, let_in in ((self.member, True), (forger, False)):
            got = visitor.ask("GET", f"{self.deployed.address}/services/cpd/{self.today.year}/")
            if (got.status == 200) != let_in:
                raise Failed(f"a {'real' if let_in else 'tampered'} cookie gave {got.status}")
        return "a tampered cookie was refused, the real one is still good"

    def print_record(self) -> str:
        """Get the member's record as PDF, which one function asks of the one that renders."""
        path = f"/services/cpd/{self.today.year}/record.pdf"
        got = self.member.get(path)
        if got.status != 200 or not got.text.startswith("%PDF-"):
            raise Failed(f"{path} is answered {got.status}: {got.text[:200]}")
        return "the record was rendered by the function of documents"

    def change(self) -> str:
        """Enter a change and have the stream publish it."""
        visitor = Visitor(self.deployed)
        pages = client("s3").list_objects_v2(
            Bucket=bucket_name(self.stage, "site"), Prefix=f"{PREFIX}/register/members/1"
        )
        number = pages["Contents"][0]["Key"].split("/")[3]
        page = f"/register/members/{number}/"
        if "Rehearsalville" in visitor.get(page).text:
            raise Failed(f"{page} says already what is to be entered")
        said = ("--city", "Rehearsalville", "--effective-on", self.today.isoformat())
        how = ("--authority", "rehearsal", "--alone", "rehearsal")
        signet("enter", "member", number, "move", *said, *how)
        until(lambda: "Rehearsalville" in visitor.get(page).text, "the change on its page")
        return f"a change entered for {number} was published by the stream"

    def restore(self) -> str:
        """Run the drill with rows as DynamoDB exports them: the emulator's export writes none."""
        export = self.folder / "export" / "data"
        export.mkdir(parents=True)
        pages = client("dynamodb").get_paginator("scan")
        with gzip.open(export / "rows.json.gz", "wt", encoding="utf-8") as file:
            for page in pages.paginate(TableName=f"{self.stage.prefix}register"):
                file.writelines(f"{json.dumps({'Item': row})}\n" for row in page["Items"])
        run(PYTHON, "-m", "infra.drill", export.parent, "--as-of", self.today)
        return "an export of the register, restored elsewhere, gives the same site to the byte"


def said_by_data(stage: Stage) -> dict[str, str]:
    """Return what the stack of tables and keys says of what it made."""
    stacks = client("cloudformation").describe_stacks(StackName=f"signet-{stage.name}-data")
    return {one["OutputKey"]: one["OutputValue"] for one in stacks["Stacks"][0]["Outputs"]}


def _configured(distribution: str) -> Mapping[str, Any]:
    """How one of CloudFront's distributions was deployed."""
    found = client("cloudfront").get_distribution_config(Id=distribution)
    config: Mapping[str, Any] = found["DistributionConfig"]
    return config


def _sent_on() -> dict[str, frozenset[str]]:
    """Return the headers that our own origin request policies name, by the policies' ids."""
    listed = client("cloudfront").list_origin_request_policies(Type="custom")
    policies = [one["OriginRequestPolicy"] for one in listed["OriginRequestPolicyList"]["Items"]]
    return {
        one["Id"]: frozenset(
            name.lower()
            for name in one["OriginRequestPolicyConfig"]["HeadersConfig"]["Headers"]["Items"]
        )
        for one in policies
    }


def client(service: str) -> Any:
    """Return a client of the emulator."""
    return boto3.client(service)
