"""Where forms send files: what the bucket answers is shown in words, and nothing is kept of it."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from infra.aws.node import NODE_FOLDER
from infra.aws.stacks.uploads import CODE, QUARANTINES
from signet.publish import upload_pages
from tests.aws.conftest import CERTIFICATE, Synthesised
from tests.aws.test_application import distribution, functions, sent_on

# All that CloudFront can show a page for ("Generate custom error responses", Developer Guide).
CUSTOMISED = {400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504}
MULTIPART = {"content-type": {"value": "multipart/form-data; boundary=x"}}
PLAIN = {"content-type": {"value": "text/plain"}}


def behaviors(production: Synthesised) -> dict[str, dict[str, Any]]:
    found = distribution(production, "uploads")["CacheBehaviors"]
    return {one["PathPattern"]: one for one in found}


def test_a_page_of_ours_stands_for_every_answer_that_isnt_the_stores_yes(
    production: Synthesised,
) -> None:
    shown = {
        one["ErrorCode"]: (one["ResponseCode"], one["ResponsePagePath"], one["ErrorCachingMinTTL"])
        for one in distribution(production, "uploads")["CustomErrorResponses"]
    }
    assert shown.keys() == CUSTOMISED
    for status, (code, page, kept) in shown.items():
        assert (code, page, kept) == (status, f"/{upload_pages.instead_of(status)}", 0)
    # The pages come from the site's bucket, which is another than the one that failed.
    assert behaviors(production)["/uploads/*.html"]["TargetOriginId"] not in {
        behaviors(production)[f"/uploads/{one}"]["TargetOriginId"] for one in QUARANTINES
    }


@pytest.mark.parametrize("quarantine", QUARANTINES)
def test_forms_are_passed_on_whole_and_nothing_of_them_is_kept(
    production: Synthesised, quarantine: str
) -> None:
    behavior = behaviors(production)[f"/uploads/{quarantine}"]
    assert "POST" in behavior["AllowedMethods"]
    assert behavior["ViewerProtocolPolicy"] == "https-only"
    assert behavior["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # AWS's: disabled
    policy, config = sent_on(production, "uploads")
    assert behavior["OriginRequestPolicyId"] == {"Ref": policy}
    assert config["HeadersConfig"]["Headers"] == ["Content-Type"]
    assert config["CookiesConfig"]["CookieBehavior"] == "none"
    (origin,) = [
        one
        for one in distribution(production, "uploads")["Origins"]
        if one["Id"] == behavior["TargetOriginId"]
    ]
    # Without a signature of CloudFront's: the form has its own, and its policy names the bucket.
    assert origin["DomainName"] == (
        f"signet-production-{quarantine}-111122223333.s3.ca-central-1.amazonaws.com"
    )
    assert "OriginAccessControlId" not in origin
    assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"


def test_no_log_is_kept_of_who_sent_something_and_no_firewall_reads_it(
    production: Synthesised,
) -> None:
    config = distribution(production, "uploads")
    assert "Logging" not in config
    assert "WebACLId" not in config


def test_it_has_a_name_beside_the_sites_with_the_same_certificate(production: Synthesised) -> None:
    config = distribution(production, "uploads")
    assert config["Aliases"] == ["files.register.example.ca"]
    assert config["ViewerCertificate"]["AcmCertificateArn"] == CERTIFICATE
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    made = production.edge.one("AWS::CertificateManager::Certificate")
    assert made["SubjectAlternativeNames"] == ["files.register.example.ca"]
    named = {one["Name"] for one in production.application.properties("AWS::Route53::RecordSet")}
    assert named == {"register.example.ca.", "files.register.example.ca."}


def test_every_function_that_makes_forms_leads_them_there(production: Synthesised) -> None:
    told = {
        name: one["Environment"]["Variables"]
        for name, one in functions(production).items()
        if "SIGNET_QUARANTINE_BUCKET" in one["Environment"]["Variables"]
    }
    assert told
    for name, settings in told.items():
        quarantine = settings["SIGNET_QUARANTINE_BUCKET"].removeprefix("signet-production-")
        where = (
            f"https://files.register.example.ca/uploads/{quarantine.removesuffix('-111122223333')}"
        )
        assert settings["SIGNET_UPLOADS_URL"] == where, name


def test_pages_answer_with_the_headers_of_the_site(production: Synthesised) -> None:
    config = distribution(production, "uploads")
    site = distribution(production)["DefaultCacheBehavior"]["ResponseHeadersPolicyId"]
    for behavior in (config["DefaultCacheBehavior"], *config["CacheBehaviors"]):
        assert behavior["ResponseHeadersPolicyId"] == site


def made_of(method: str, uri: str, headers: dict[str, Any]) -> dict[str, Any]:
    """Return what the CloudFront function makes of a request, run by a real JavaScript engine."""
    code = CODE.read_text().replace("SITE_ADDRESS", "https://register.example")
    code = code.replace("REFUSED_PAGE", "uploads/refused.html")
    event = json.dumps({"request": {"method": method, "uri": uri, "headers": headers}})
    script = f"{code}\nconsole.log(JSON.stringify(handler({event})))"
    node: list[str | Path] = [NODE_FOLDER / "node", "-e", script]
    done = subprocess.run(node, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_form_goes_to_the_buckets_root_where_it_takes_one() -> None:
    made = made_of("POST", "/uploads/quarantine", MULTIPART)
    assert (made["method"], made["uri"], made["headers"]) == ("POST", "/", MULTIPART)


@pytest.mark.parametrize("headers", [{}, PLAIN])
def test_what_is_no_form_for_a_file_doesnt_reach_the_bucket(headers: dict[str, Any]) -> None:
    made = made_of("POST", "/uploads/quarantine", headers)
    assert made["statusCode"] == 303
    assert made["headers"]["location"]["value"] == "/uploads/refused.html"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_whoever_comes_otherwise_is_led_to_the_site(method: str) -> None:
    made = made_of(method, "/services/", {})
    assert made["statusCode"] == 302
    assert made["headers"]["location"]["value"] == "https://register.example/services/"
