"""The settings of a stage, read from stages.toml and checked before anything is synthesised."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from signet import policy as policies
from signet.policy import PolicyError

FILE = Path(__file__).with_name("stages.toml")
# The only retention periods, in days, that CloudWatch Logs accepts.
LogDays = Literal[7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]
EMAIL = r"^[^@\s]+@[a-z0-9-]+(\.[a-z0-9-]+)+$"
HOST = r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$"
Email = Annotated[str, Field(pattern=EMAIL)]
RoleArn = Annotated[str, Field(pattern=r"^arn:aws:iam::\d{12}:role/[\w+=,.@/-]+$")]
PUBLIC = r"^([A-Za-z0-9+/]{43}=)?$"  # 32 bytes in base64, as signet keys prints them
KEYS_MOST = 2000  # characters: Lambda allows 4 KB of environment variables in all


class SettingsError(Exception):
    """The settings can't be used; the message names the file, the stage and the setting."""


class Stage(BaseModel):
    """One stage: an installation of its own, such as production. What each means: stages.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9]{1,15}$")
    account: str = Field(pattern=r"^\d{12}$")
    region: str = Field(default="ca-central-1", pattern=r"^[a-z]{2}-[a-z]+-\d$")
    policy: str = "alberta"
    notice: str = Field(default="", max_length=200)

    site_domain: str = Field(default="", pattern=rf"^$|{HOST}")
    hosted_zone_id: str = Field(default="", pattern=r"^(Z[A-Z0-9]+)?$")
    hosted_zone_name: str = Field(default="", pattern=rf"^$|{HOST}")
    certificate_arn: str = Field(default="", pattern=r"^(arn:aws:acm:us-east-1:\d{12}:.+)?$")

    mail_from: Email
    sign_in_prefix: str = Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
    mfa: Literal["required", "optional"] = "required"
    passkeys: bool = True
    self_sign_up: bool = True
    threat_protection: bool = False

    alarms_to: tuple[Email, ...] = Field(min_length=1)
    budget_usd: int = Field(default=0, ge=0)

    nightly: str = Field(default="00:05", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    reminders: str = Field(default="01:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    sweep_minutes: int = Field(default=5, ge=1, le=59)
    work_minutes: int = Field(default=1, ge=1, le=59)
    build_memory_mb: int = Field(default=3008, ge=1024, le=10240)
    log_days: LogDays = 90
    python: Literal["3.12", "3.13", "3.14"] = "3.13"
    architecture: Literal["x86_64", "arm64"] = "x86_64"
    requests_each: int = Field(default=2000, ge=100)
    posts_each: int = Field(default=100, ge=10)
    scanner: Literal["none", "stand-in"] = "none"
    stripe: bool = False
    origin_secret: int = Field(default=1, ge=1)
    protected: bool = True

    office_public: str = Field(default="", pattern=PUBLIC)
    office_keys: str = Field(default="", max_length=KEYS_MOST)
    mail_public: str = Field(default="", pattern=PUBLIC)
    mail_keys: str = Field(default="", max_length=KEYS_MOST)
    keepers: tuple[RoleArn, ...] = ()

    @property
    def prefix(self) -> str:
        """Return the prefix of all names in this stage."""
        return f"signet-{self.name}-"

    @property
    def mail_domain(self) -> str:
        """Return the domain that mail is sent from, which has to be verified in DNS."""
        return self.mail_from.rpartition("@")[2]

    @property
    def files_domain(self) -> str:
        """Return the host for uploads; "" without a hosted zone, to use CloudFront's own name."""
        return f"files.{self.site_domain}" if self.hosted_zone_id else ""

    @property
    def time_zone(self) -> str:
        """Return the regulator's time zone, which the nightly schedules use."""
        return policies.load(self.policy).regulator.time_zone

    @model_validator(mode="after")
    def _check_what_goes_together(self) -> Stage:
        for wrong, message in _contradictions(self):
            if wrong:
                raise ValueError(message)
        return self


def _contradictions(stage: Stage) -> list[tuple[bool, str]]:
    zone = bool(stage.hosted_zone_id)
    return [
        (
            any(word in stage.sign_in_prefix for word in ("aws", "amazon", "cognito")),
            "sign_in_prefix: Cognito takes no prefix with aws, amazon or cognito in it",
        ),
        (
            bool(stage.site_domain) and not zone and not stage.certificate_arn,
            "certificate_arn: a site_domain outside of Route 53 needs a certificate in us-east-1",
        ),
        (
            zone and not stage.site_domain,
            "hosted_zone_id: there is no site_domain to put into the zone",
        ),
        (
            zone != bool(stage.hosted_zone_name),
            "hosted_zone_name: a zone is named by its id and its name together",
        ),
        (
            zone and not stage.site_domain.endswith(stage.hosted_zone_name),
            "site_domain: it isn't in the zone hosted_zone_name",
        ),
        (
            stage.protected and stage.scanner == "stand-in",
            "scanner: the stand-in knows no malware; it is for stages with protected = false",
        ),
        (
            stage.protected and not stage.budget_usd,
            "budget_usd: a protected stage needs a monthly budget, for its alarm",
        ),
        *_keys("office", stage.office_public, stage.office_keys),
        *_keys("mail", stage.mail_public, stage.mail_keys),
        (
            bool(stage.office_public) != bool(stage.mail_public),
            "mail_public: complaints need the keys of the office and of the mail, both",
        ),
        (not _is_pack(stage.policy), "policy: there is no such policy pack in signet/policy"),
    ]


def _keys(name: str, public: str, listed: str) -> list[tuple[bool, str]]:
    """Return the checks of a public key and the list of key pairs that must contain it."""
    pairs = _pairs(listed)
    known = [pair.get("public") for pair in pairs or ()]
    return [
        (
            pairs is None,
            f"{name}_keys: paste the list as signet keys printed it, between single quotes",
        ),
        (
            bool(public) and pairs is not None and public not in known,
            f"{name}_public: {name}_keys has no pair with this public key, so nothing would open",
        ),
        (bool(known) and not public, f"{name}_public: there are {name}_keys, but nothing seals"),
    ]


def _pairs(listed: str) -> list[dict[str, str]] | None:
    """Return the key pairs of a list as signet keys prints it, None for an invalid list."""
    try:
        pairs = json.loads(listed or "[]")
    except ValueError:
        return None
    whole = isinstance(pairs, list) and all(
        isinstance(pair, dict) and pair.keys() == {"id", "public", "wrapped"} for pair in pairs
    )
    return pairs if whole else None


def _is_pack(name: str) -> bool:
    try:
        policies.load(name)
    except PolicyError:
        return False
    return True


def load(name: str, file: Path | None = None) -> Stage:
    """Return a stage's settings from stages.toml, or from the file that SIGNET_STAGES names.

    Raises SettingsError, naming the wrong setting.
    """
    where = file or Path(os.environ.get("SIGNET_STAGES", FILE))
    stages = _read(where)
    if name not in stages:
        known = ", ".join(sorted(stages)) or "none"
        raise SettingsError(f"{where.name} has no stage named {name!r}; it has: {known}")
    try:
        return Stage.model_validate({**stages[name], "name": name})
    except ValidationError as error:
        faults = "; ".join(_named(name, fault) for fault in error.errors(include_input=False))
        raise SettingsError(f"{where.name}: {faults}") from None


def _read(where: Path) -> dict[str, dict[str, Any]]:
    try:
        tables: dict[str, Any] = tomllib.loads(where.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{where}: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{where.name}: {error}") from None
    for name, stage in tables.items():
        if not isinstance(stage, dict):
            raise SettingsError(f"{where.name}: {name} stands outside of any stage")
    return tables


def _named(stage: str, fault: Any) -> str:
    place = ".".join(map(str, fault["loc"]))
    message = fault["msg"].removeprefix("Value error, ")
    return f"{stage}.{place}: {message}" if place else f"{stage}.{message}"
