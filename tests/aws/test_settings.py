"""Bad settings are refused before anything is synthesised, by the name of the setting."""

from pathlib import Path

import pytest

from infra.aws import settings
from infra.aws.settings import SettingsError
from tests.aws.rehearsal import __main__ as rehearsal

GOOD = {
    "account": '"111122223333"',
    "mail_from": '"register@example.ca"',
    "sign_in_prefix": '"example-register"',
    "alarms_to": '["operations@example.ca"]',
    "budget_usd": "100",
}
PUBLIC = f"{'A' * 43}="
KEYS = f"""'[{{"id":"0123456789abcdef","public":"{PUBLIC}","wrapped":"AQIDBA=="}}]'"""


def written(folder: Path, **changed: str) -> Path:
    file = folder / "stages.toml"
    lines = "".join(f"{name} = {value}\n" for name, value in {**GOOD, **changed}.items() if value)
    file.write_text(f"[production]\n{lines}")
    return file


def test_the_least_that_has_to_be_set_is_enough(tmp_path: Path) -> None:
    stage = settings.load("production", written(tmp_path))
    assert stage.region == "ca-central-1"
    assert stage.time_zone == "America/Edmonton"
    assert stage.protected


def test_keys_of_complaints_come_together_or_not_at_all(tmp_path: Path) -> None:
    office = {"office_public": f'"{PUBLIC}"', "office_keys": KEYS}
    mail = {"mail_public": f'"{PUBLIC}"', "mail_keys": KEYS}
    assert settings.load("production", written(tmp_path, **office, **mail)).office_public == PUBLIC
    with pytest.raises(SettingsError, match=r"production\.mail_public"):
        settings.load("production", written(tmp_path, **office))
    # The other order of replacing a key: what is sealed now would open for nobody.
    newer = {"office_public": f'"{"C" * 43}="'}
    with pytest.raises(SettingsError, match=r"production\.office_public"):
        settings.load("production", written(tmp_path, **office | newer, **mail))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("account", '"12345"'),
        ("account", ""),
        ("region", '"Canada"'),
        ("policy", '"atlantis"'),
        ("mail_from", '"nobody"'),
        ("sign_in_prefix", '"my-aws-pages"'),
        ("sign_in_prefix", '"Capital"'),
        ("alarms_to", "[]"),
        ("alarms_to", '["not an address"]'),
        ("budget_usd", "0"),
        ("nightly", '"25:00"'),
        ("log_days", "91"),
        ("python", '"3.11"'),
        ("architecture", '"riscv"'),
        ("scanner", '"stand-in"'),
        ("origin_secret", "0"),
        ("certificate_arn", '"arn:aws:acm:ca-central-1:111122223333:certificate/0"'),
        ("hosted_zone_id", '"Z0123456789ABC"'),
        ("office_public", '"not a key"'),
        ("office_keys", '"SIGNET_OFFICE_KEYS=[]"'),
        ("office_keys", KEYS.replace("wrapped", "unwrapped")),
        ("office_public", f'"{PUBLIC}"'),
        ("mail_keys", '"{}"'),
        ("keepers", '["arn:aws:iam::111122223333:root"]'),
        ("colour", '"blue"'),
    ],
)
def test_a_bad_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"stages\.toml: production\.{name}"):
        settings.load("production", written(tmp_path, **{name: value}))


def test_a_domain_without_certificate_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, site_domain='"register.example.ca"')
    with pytest.raises(SettingsError, match="certificate_arn"):
        settings.load("production", file)


def test_a_stage_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no stage named 'staging'; it has: production"):
        settings.load("staging", written(tmp_path))


def test_what_is_written_is_never_repeated(tmp_path: Path) -> None:
    """A secret pasted into the wrong line must not end up in a log."""
    with pytest.raises(SettingsError) as refused:
        settings.load("production", written(tmp_path, account='"hunter2-secret"'))
    assert "hunter2" not in str(refused.value)


def test_the_stage_that_is_written_down_for_you_holds_without_its_number_signs(
    tmp_path: Path,
) -> None:
    file = tmp_path / "stages.toml"
    lines = settings.FILE.read_text().splitlines()
    block = lines[lines.index("# [production]") :]
    file.write_text("\n".join(line.removeprefix("#").strip() for line in block))
    stage = settings.load("production", file)
    assert stage.site_domain == "register.example.ca"
    assert stage.protected


def test_the_rehearsals_stage_holds(tmp_path: Path) -> None:
    file = tmp_path / "stages.toml"
    file.write_text(rehearsal.SETTINGS)
    assert not settings.load(rehearsal.STAGE, file).protected
