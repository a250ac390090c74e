"""The site, the API before the functions, schedules, streams and alarms."""

import ast
import json
import re
from pathlib import Path
from typing import Any

from infra.functions import FUNCTIONS
from signet.web.headers import SECURITY_HEADERS
from tests.aws.conftest import FIREWALL, Synthesised

ROOT = Path(__file__).resolve().parents[2]
FUNCTION = "AWS::Lambda::Function"
NAMES = {f"signet-production-{one.name}" for one in FUNCTIONS} | {"signet-production-gatekeeper"}


def functions(production: Synthesised) -> dict[str, dict[str, Any]]:
    found = production.application.of(FUNCTION)
    return {
        one["Properties"]["FunctionName"]: {"id": id_, **one["Properties"]}
        for id_, one in found.items()
    }


def distribution(production: Synthesised, which: str = "site") -> dict[str, Any]:
    """One of CloudFront's distributions: of the site, or of what forms send files to."""
    found = production.application.properties("AWS::CloudFront::Distribution")
    configs: list[dict[str, Any]] = [one["DistributionConfig"] for one in found]
    (config,) = [one for one in configs if one["Comment"] == f"signet-production-{which}"]
    return config


def sent_on(production: Synthesised, which: str) -> tuple[str, dict[str, Any]]:
    """Return what CloudFront sends on by one of our policies: the policy's id, and its settings."""
    (found,) = [
        (id_, one["Properties"]["OriginRequestPolicyConfig"])
        for id_, one in production.application.of("AWS::CloudFront::OriginRequestPolicy").items()
        if one["Properties"]["OriginRequestPolicyConfig"]["Name"] == f"signet-production-{which}"
    ]
    return found


def test_there_is_one_function_a_module_and_no_hidden_one(production: Synthesised) -> None:
    """No custom resource brings a function, with a role and a log, that nobody has looked at."""
    assert functions(production).keys() == NAMES
    for template in (production.edge, production.mail, production.data):
        assert not template.of(FUNCTION)
    for one in functions(production).values():
        assert one["Runtime"] == "python3.13"
        assert one["Architectures"] == ["x86_64"]


def test_what_checks_files_may_use_up_its_own_share_alone(production: Synthesised) -> None:
    shares = {
        name.removeprefix("signet-production-"): one["ReservedConcurrentExecutions"]
        for name, one in functions(production).items()
        if "ReservedConcurrentExecutions" in one
    }
    assert shares == dict.fromkeys(("files", "company_files", "complaint_files"), 20)


def test_every_function_logs_to_a_group_that_forgets(production: Synthesised) -> None:
    groups = {
        id_: one["Properties"]
        for id_, one in production.application.of("AWS::Logs::LogGroup").items()
    }
    assert all(one["RetentionInDays"] == 90 for one in groups.values())
    for name, one in functions(production).items():
        group = groups[one["LoggingConfig"]["LogGroup"]["Ref"]]
        assert group["LogGroupName"] == f"/aws/lambda/{name}"


def test_only_functions_that_need_a_secret_are_told_it(production: Synthesised) -> None:
    told = {
        name.removeprefix("signet-production-"): set(one["Environment"]["Variables"])
        for name, one in functions(production).items()
    }
    # Who is let act for a company, and who stops a digest, are found or named by it too.
    with_address_key = {n for n, names in told.items() if "SIGNET_ADDRESS_KEY" in names}
    # A change of contact data moves it, and the desks' search finds members by it.
    finding = {"requests", "register_desk", "follow"}
    finding.add("outbox")  # which counts mail by its recipient's address
    assert with_address_key == {"account", "admin", "jobs", "digest", "job_clock"} | finding
    assert {n for n, names in told.items() if "SIGNET_OIDC_CLIENT_ID" in names} == {"account"}
    with_intake_key = {n for n, names in told.items() if "SIGNET_INTAKE_KEY" in names}
    assert with_intake_key == {"complaints", "complaints_desk"}
    with_stripe = {n for n, names in told.items() if "SIGNET_STRIPE_KEY" in names}
    assert with_stripe == {"jobs", "jobs_desk", "stripe_events"}
    secrets = {"SIGNET_ADDRESS_KEY", "SIGNET_INTAKE_KEY", "SIGNET_STRIPE_KEY"}
    for name, one in functions(production).items():
        secret = secrets & {*one["Environment"]["Variables"]}
        assert ("KmsKeyArn" in one) == bool(secret), name
        stripe = one["Environment"]["Variables"].get("SIGNET_STRIPE_KEY", "")
        assert not stripe or stripe.startswith("{{resolve:secretsmanager:signet-production-stripe:")


def test_who_seals_is_told_public_keys_and_who_opens_what_is_wrapped(
    production: Synthesised,
) -> None:
    told = {
        name.removeprefix("signet-production-"): one["Environment"]["Variables"]
        for name, one in functions(production).items()
    }

    def with_(setting: str) -> set[str]:
        return {name for name, settings in told.items() if setting in settings}

    assert with_("SIGNET_OFFICE_KEYS") == {"complaints_desk"}
    assert with_("SIGNET_MAIL_KEYS") == {"outbox"}
    sealing = {"complaints", "followup", "complaints_desk", "complaint_files"}
    assert with_("SIGNET_OFFICE_PUBLIC") == sealing
    # Receipts, letters, and the codes by which accounts are joined to member records.
    assert with_("SIGNET_MAIL_PUBLIC") == {"complaints", "complaints_desk", "account"}
    assert told["complaints"]["SIGNET_OFFICE_PUBLIC"] == production.stage.office_public
    assert told["complaints_desk"]["SIGNET_OFFICE_KEYS"] == production.stage.office_keys
    for name in sealing:
        quarantine = told[name]["SIGNET_QUARANTINE_BUCKET"]
        assert quarantine == "signet-production-complaint-quarantine-111122223333"


def test_lambda_takes_the_settings_of_every_function(production: Synthesised) -> None:
    """4 KB in all; references that are filled in later are of 128 characters at most."""
    for name, one in functions(production).items():
        told = {
            setting: value if isinstance(value, str) else "x" * 128
            for setting, value in one["Environment"]["Variables"].items()
        }
        assert len(json.dumps(told)) < 4096 - 1000, name


def test_the_worker_of_files_is_told_of_each_file_that_arrives(production: Synthesised) -> None:
    (rule,) = [
        one
        for one in production.application.properties("AWS::Events::Rule")
        if one["Name"] == "signet-production-complaint_files"
    ]
    assert rule["EventPattern"]["detail"] == {
        "bucket": {"name": ["signet-production-complaint-quarantine-111122223333"]},
        "object": {"key": [{"prefix": "complaints/"}]},
    }
    (target,) = rule["Targets"]
    made = functions(production)["signet-production-complaint_files"]
    assert target["Arn"]["Fn::GetAtt"][0] == made["id"]
    assert target["DeadLetterConfig"]["Arn"]
    shape = target["InputTransformer"]["InputTemplate"]
    names = target["InputTransformer"]["InputPathsMap"]
    told = json.loads(re.sub(r"<([\w-]+)>", lambda found: f'"{names[found[1]]}"', shape))
    (record,) = told["Records"]
    assert record["s3"]["object"]["key"] == "$.detail.object.key"
    telling = [
        one["BucketName"]
        for one in production.data.properties("AWS::S3::Bucket")
        if one.get("NotificationConfiguration")
    ]
    assert telling == rule["EventPattern"]["detail"]["bucket"]["name"]


def test_claims_of_files_outlast_the_function_that_made_them(production: Synthesised) -> None:
    """Six calls by the clock end a claim, by when whoever made it has to be done."""
    (worker,) = [one for one in FUNCTIONS if one.name == "complaint_files"]
    assert worker.seconds <= 6 * 60 * production.stage.work_minutes


def alarms(production: Synthesised) -> dict[str, dict[str, Any]]:
    found = production.application.properties("AWS::CloudWatch::Alarm")
    return {one["AlarmName"].removeprefix("signet-production-"): one for one in found}


def test_every_function_queue_and_stream_has_an_alarm_that_tells_somebody(
    production: Synthesised,
) -> None:
    found = alarms(production)
    for one in FUNCTIONS:
        wanted = {f"{one.name}-errors", f"{one.name}-throttles"}
        wanted |= {f"{one.name}-failed"} if one.waits else set()
        wanted |= {f"{one.name}-behind"} if one.streams else set()
        wanted |= {f"{one.name}-slow", f"{one.name}-5xx"} if one.prefixes else set()
        assert wanted <= found.keys(), one.name
    topic = production.application.one("AWS::SNS::Topic")
    assert topic["KmsMasterKeyId"]
    for name, alarm in found.items():
        assert alarm["AlarmActions"], name
        assert "docs/operating.md" in alarm["AlarmDescription"], name
    (told,) = production.application.properties("AWS::SNS::Subscription")
    assert (told["Protocol"], told["Endpoint"]) == ("email", "operations@example.ca")


def test_alarms_may_tell_the_topic_and_those_it_tells(production: Synthesised) -> None:
    """A topic's own policy takes the place of the usual one, by which alarms could publish."""
    policy = production.application.one("AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]
    publishing = {
        one["Principal"]["Service"]: one.get("Condition")
        for one in policy
        if one["Effect"] == "Allow" and one["Action"] == "sns:Publish"
    }
    own = {"StringEquals": {"aws:SourceAccount": "111122223333"}}
    assert publishing == {"cloudwatch.amazonaws.com": own, "events.amazonaws.com": None}
    (key,) = production.application.properties("AWS::KMS::Key")
    used = json.dumps(
        [one for one in key["KeyPolicy"]["Statement"] if "kms:GenerateDataKey*" in one["Action"]]
    )
    assert all(service in used for service in publishing)


def test_who_takes_a_key_away_or_opens_it_to_others_is_told_of(production: Synthesised) -> None:
    (rule,) = [
        one
        for one in production.application.properties("AWS::Events::Rule")
        if one["Name"] == "signet-production-key-changed"
    ]
    names = rule["EventPattern"]["detail"]["eventName"]
    assert {*names} == {"DisableKey", "PutKeyPolicy", "ScheduleKeyDeletion"}
    (target,) = rule["Targets"]
    assert "Topic" in target["Arn"]["Ref"]
    assert "key-changed" in (ROOT / "docs/operating.md").read_text()


def test_every_queue_has_its_alarm(production: Synthesised) -> None:
    watched = json.dumps(
        [
            one["Dimensions"]
            for one in alarms(production).values()
            if one.get("Namespace") == "AWS/SQS"
        ]
    )
    queues = production.application.of("AWS::SQS::Queue")
    assert queues
    for id_, queue in queues.items():
        assert id_ in watched
        assert queue["Properties"]["SqsManagedSseEnabled"] is True


def test_a_night_without_a_build_that_ended_well_is_noticed(production: Synthesised) -> None:
    alarm = alarms(production)["missed-night"]
    assert alarm["TreatMissingData"] == "breaching"
    assert alarm["EvaluationPeriods"] == alarm["DatapointsToAlarm"] == 27
    assert (alarm["Period"], alarm["Threshold"]) == (3600, 1)
    (noted,) = production.application.properties("AWS::Logs::MetricFilter")
    assert "nightlylog" in noted["LogGroupName"]["Ref"]
    assert noted["MetricTransformations"][0]["MetricName"] == alarm["MetricName"]
    said = ast.parse((ROOT / "lambdas/publishing/nightly.py").read_text())
    words = [one.value for one in ast.walk(said) if isinstance(one, ast.Constant)]
    assert noted["FilterPattern"].strip('"') in words


def test_every_alarm_is_explained_for_operators(production: Synthesised) -> None:
    told = (ROOT / "docs/operating.md").read_text()
    for name in alarms(production):
        kind = name if f"`{name}`" in told else f"*-{name.rpartition('-')[2]}"
        assert f"`{kind}`" in told, name


def test_what_was_put_aside_of_each_function_is_explained_for_operators() -> None:
    told = (ROOT / "docs/operating.md").read_text()
    for one in FUNCTIONS:
        assert not one.waits or f"- `{one.name}-failed`: " in told, one.name


def test_the_night_is_the_regulators(production: Synthesised) -> None:
    schedules = {
        one["Name"].removeprefix("signet-production-"): one
        for one in production.application.properties("AWS::Scheduler::Schedule")
    }
    nightly = schedules["nightly"]
    assert nightly["ScheduleExpression"].startswith("cron(5 0 ")
    assert nightly["ScheduleExpressionTimezone"] == "America/Edmonton"
    assert schedules["sweep"]["ScheduleExpression"] == "rate(5 minutes)"
    for one in schedules.values():
        assert one["State"] == "ENABLED"
        assert one["Target"]["DeadLetterConfig"]["Arn"]


def test_a_change_that_fails_is_put_aside_and_holds_no_other_up(production: Synthesised) -> None:
    mappings = production.application.properties("AWS::Lambda::EventSourceMapping")
    assert len(mappings) == sum(len(one.streams) for one in FUNCTIONS)
    for one in mappings:
        assert one["BisectBatchOnFunctionError"] is True
        assert 0 < one["MaximumRetryAttempts"] <= 20
        assert one["DestinationConfig"]["OnFailure"]["Destination"]
        assert one["StartingPosition"] == "TRIM_HORIZON"


def test_functions_called_by_clocks_keep_what_they_could_not_do(production: Synthesised) -> None:
    for one in FUNCTIONS:
        made = functions(production)[f"signet-production-{one.name}"]
        assert ("DeadLetterConfig" in made) == one.waits


def apis(production: Synthesised) -> dict[str, str]:
    """Return the APIs' names by their ids in the template."""
    found = production.application.of("AWS::ApiGatewayV2::Api")
    return {
        id_: one["Properties"]["Name"].removeprefix("signet-production-")
        for id_, one in found.items()
    }


def test_each_function_that_answers_has_an_api_which_leads_to_it_alone(
    production: Synthesised,
) -> None:
    assert set(apis(production).values()) == {one.name for one in FUNCTIONS if one.prefixes}
    integrations = production.application.of("AWS::ApiGatewayV2::Integration")
    ids = {one["id"]: name for name, one in functions(production).items()}
    for route in production.application.properties("AWS::ApiGatewayV2::Route"):
        # Whatever the address: API Gateway has none to match, ending in a slash or not.
        assert route["RouteKey"] == "$default"
        (target,) = [name for name in integrations if name in json.dumps(route["Target"])]
        function = integrations[target]["Properties"]["IntegrationUri"]["Fn::GetAtt"][0]
        assert ids[function] == f"signet-production-{apis(production)[route['ApiId']['Ref']]}"


def test_every_route_asks_the_gatekeeper(production: Synthesised) -> None:
    routes = production.application.properties("AWS::ApiGatewayV2::Route")
    assert len(routes) == len({one["ApiId"]["Ref"] for one in routes}) == len(apis(production))
    for authorizer in production.application.properties("AWS::ApiGatewayV2::Authorizer"):
        assert authorizer["IdentitySource"] == ["$request.header.x-signet-origin"]
        assert authorizer["EnableSimpleResponses"] is True
    for one in routes:
        assert one["AuthorizationType"] == "CUSTOM"
        assert one["AuthorizerId"]


def led_to(production: Synthesised, path: str) -> str:
    """Return the function that CloudFront sends a request to: by the first pattern that fits."""
    config = distribution(production)
    hosts = {one["Id"]: json.dumps(one["DomainName"]) for one in config["Origins"]}
    for behavior in config["CacheBehaviors"]:
        pattern = re.escape(behavior["PathPattern"]).replace("\\*", ".*")
        if re.fullmatch(pattern, path):
            host = hosts[behavior["TargetOriginId"]]
            return next((name for id_, name in apis(production).items() if f'"{id_}"' in host), "")
    return ""


def test_every_address_leads_to_its_function_with_and_without_a_slash(
    production: Synthesised,
) -> None:
    for one in FUNCTIONS:
        for prefix in one.prefixes:
            ways = {prefix, f"{prefix}/", f"{prefix}/2026/x", f"{prefix}/2026/x/"}
            if prefix.endswith(".json"):
                ways = {prefix}
            if prefix == "/services":  # without its slash: the site redirects to the one with it
                ways -= {prefix}
            assert {led_to(production, way) for way in ways} == {one.name}, prefix
    assert led_to(production, "/services/not-there/") == "home"
    assert led_to(production, "/services") == led_to(production, "/servicesx/") == ""
    assert len(distribution(production)["CacheBehaviors"]) < 75, "CloudFront takes no more"


def test_the_api_notes_neither_addresses_nor_paths(production: Synthesised) -> None:
    for stage in production.application.properties("AWS::ApiGatewayV2::Stage"):
        noted = stage["AccessLogSettings"]["Format"]
        for private in ("sourceIp", "userAgent", "path", "$context.identity", "domainName"):
            assert private not in noted
        assert json.loads(noted)["request"] == "$context.requestId"


def test_cloudfront_sends_the_newest_secret(production: Synthesised) -> None:
    origins = distribution(production)["Origins"]
    to_functions = [one for one in origins if "CustomOriginConfig" in one]
    assert len(to_functions) == len(apis(production))
    for origin in to_functions:
        assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
        (header,) = origin["OriginCustomHeaders"]
        assert header["HeaderName"] == "x-signet-origin"
        assert "OriginSecret2" in json.dumps(header["HeaderValue"])
        assert "resolve:secretsmanager" in json.dumps(header["HeaderValue"])


def test_services_are_passed_on_whole_and_never_kept(production: Synthesised) -> None:
    behaviors = distribution(production)["CacheBehaviors"]
    services = [one for one in behaviors if one["PathPattern"].startswith("/services")]
    assert len(services) == sum(len(one.prefixes) for one in FUNCTIONS)
    for one in services:
        # AWS's own policies: caching disabled; all of the viewer but its host.
        assert one["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
        if "followup" not in one["PathPattern"]:
            assert one["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
        assert one["Compress"] is False
        assert "POST" in one["AllowedMethods"]
        assert one["ViewerProtocolPolicy"] == "https-only"


def test_who_types_codes_is_told_apart_by_an_address_that_nobody_can_make_up(
    production: Synthesised,
) -> None:
    """CloudFront's own word for it, since the policy names it; and no header beside the few."""
    policy, config = sent_on(production, "with-address")
    assert config["HeadersConfig"]["HeaderBehavior"] == "whitelist"
    named = {one.lower() for one in config["HeadersConfig"]["Headers"]}
    assert named == {
        "accept",
        "cloudfront-viewer-address",
        "content-type",
        "origin",
        "sec-fetch-site",
    }
    assert config["CookiesConfig"]["CookieBehavior"] == "none"
    with_it = {
        one["PathPattern"]
        for one in distribution(production)["CacheBehaviors"]
        if one.get("OriginRequestPolicyId") == {"Ref": policy}
    }
    assert with_it == {"/services/complaints/followup*"}
    told = {
        name.removeprefix("signet-production-")
        for name, one in functions(production).items()
        if "SIGNET_BEHIND_CDN" in one["Environment"]["Variables"]
    }
    assert told == {"followup"}


def test_the_firewall_lets_through_whatever_somebody_tells_of(production: Synthesised) -> None:
    (common,) = [
        one["Statement"]["ManagedRuleGroupStatement"]
        for one in production.edge.one("AWS::WAFv2::WebACL")["Rules"]
        if one["Name"] == "AWSManagedRulesCommonRuleSet"
    ]
    counted = {
        one["Name"] for one in common["RuleActionOverrides"] if one["ActionToUse"] == {"Count": {}}
    }
    assert {one for one in counted if one.endswith("_BODY")} == {
        "CrossSiteScripting_BODY",
        "EC2MetaDataSSRF_BODY",
        "GenericLFI_BODY",
        "GenericRFI_BODY",
        "SizeRestrictions_BODY",
    }


def test_files_come_from_a_bucket_that_cloudfront_alone_reads_and_lists(
    production: Synthesised,
) -> None:
    config = distribution(production)
    (files,) = [one for one in config["Origins"] if "S3OriginConfig" in one]
    assert files["OriginPath"] == "/site"
    assert files["OriginAccessControlId"]
    assert files["S3OriginConfig"] == {"OriginAccessIdentity": ""}
    (policy,) = production.application.properties("AWS::S3::BucketPolicy")
    granted = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]
    actions = {
        a for s in granted for a in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])
    }
    assert actions == {"s3:GetObject", "s3:ListBucket"}
    # The site's own, and the one that shows pages of it instead of what the store answers.
    assert len({json.dumps(statement["Condition"]) for statement in granted}) == 2
    for statement in granted:
        assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert "Distribution" in json.dumps(statement["Condition"])


def test_the_site_stands_behind_the_firewall_with_tls(production: Synthesised) -> None:
    config = distribution(production)
    assert config["WebACLId"] == FIREWALL
    assert config["Aliases"] == ["register.example.ca"]
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    assert config["DefaultCacheBehavior"]["Compress"] is True
    assert config["CustomErrorResponses"] == [
        {
            "ErrorCachingMinTTL": 30,
            "ErrorCode": 404,
            "ResponseCode": 404,
            "ResponsePagePath": "/404.html",
        }
    ]
    firewall = production.edge.one("AWS::WAFv2::WebACL")
    assert firewall["Scope"] == "CLOUDFRONT"
    names = [one["Name"] for one in firewall["Rules"]]
    assert names[:2] == ["limit-each", "limit-posts"]
    assert "AWSManagedRulesCommonRuleSet" in names


def test_no_log_is_kept_of_who_looked_whom_up(production: Synthesised) -> None:
    assert "Logging" not in distribution(production)
    for bucket in production.application.properties("AWS::S3::Bucket"):
        assert "LoggingConfiguration" not in bucket
    for rule in production.edge.one("AWS::WAFv2::WebACL")["Rules"]:
        assert rule["VisibilityConfig"]["SampledRequestsEnabled"] is False


def test_files_carry_the_very_headers_that_the_local_site_carries(production: Synthesised) -> None:
    policies = {
        one["ResponseHeadersPolicyConfig"]["Name"].removeprefix("signet-production-"): one[
            "ResponseHeadersPolicyConfig"
        ]
        for one in production.application.properties("AWS::CloudFront::ResponseHeadersPolicy")
    }
    for name in ("files", "data"):
        security = policies[name]["SecurityHeadersConfig"]
        custom = policies[name]["CustomHeadersConfig"]["Items"]
        said = {
            "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
            "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
            "X-Frame-Options": security["FrameOptions"]["FrameOption"],
            "X-Content-Type-Options": "nosniff" if security["ContentTypeOptions"] else "",
            **{one["Header"]: one["Value"] for one in custom},
        }
        assert said == SECURITY_HEADERS
        assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] == 63072000
    assert "CorsConfig" in policies["data"]
    assert "CorsConfig" not in policies["files"]


def test_mail_is_signed_and_nobody_is_written_to_who_complained(production: Synthesised) -> None:
    handling = production.mail.one("AWS::SES::ConfigurationSet")
    assert set(handling["SuppressionOptions"]["SuppressedReasons"]) == {"BOUNCE", "COMPLAINT"}
    assert handling["DeliveryOptions"]["TlsPolicy"] == "REQUIRE"
    identity = production.mail.one("AWS::SES::EmailIdentity")
    assert identity["EmailIdentity"] == "example.ca"
    assert identity["DkimAttributes"]["SigningEnabled"] is True
    assert identity["ConfigurationSetAttributes"]["ConfigurationSetName"]
