"""The bundle of the functions: what is in it, and that it works where nothing else is."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.bundle.__main__ import MOST_BYTES, bundle
from infra.bundle.settings import HOST_MINOR, BundleError, Target
from infra.bundle.wheels import AWS_SERVICES
from infra.functions import FUNCTIONS
from infra.functions.model import BUNDLES, Bundle
from infra.local.dynamodb import ROOT
from infra.local.functions import ROUTES
from infra.local.streams import LISTENERS, SCHEDULED
from lambdas.cpd import api
from signet.publish.render import shell as shells
from signet.publish.render import stored_shell
from signet.publish.site import Site
from tests.built_site import POLICY, SITE, made_shell
from tests.function_ground import Ground
from tests.job_office import TODAY, careers, company, job_tables_made, live
from tests.people import shell

__all__ = ["careers", "job_tables_made", "shell"]
NAMED = {*ROUTES.values(), *(f for _, f in LISTENERS), *(f for f, _ in SCHEDULED)}
HANDLERS = sorted({*NAMED, "lambdas.publishing.nightly:handler"})
BUNDLE_OF: dict[str, Bundle] = {one.entry_point: one.bundle for one in FUNCTIONS}
OTHER_MINOR = "3.12" if HOST_MINOR == "3.11" else "3.11"
# What may not be loaded before it is needed: it takes longer than all else together.
LATE = {"boto3", "mkdocs", "tqdm", "aws_xray_sdk"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Mapping[Bundle, Path]:
    """Return the bundles for this machine's Python."""
    folder = tmp_path_factory.mktemp("bundles")
    for name in BUNDLES:
        bundle(Target(), name, folder / f"{name}.zip")
    return {name: folder / f"{name}.zip" for name in BUNDLES}


@pytest.fixture(scope="module")
def both(made: Mapping[Bundle, Path]) -> Mapping[Bundle, Path]:
    """Return the bundles as Lambda lays them out."""
    for file in made.values():
        with zipfile.ZipFile(file) as archive:
            archive.extractall(file.with_suffix(""))
    return {name: file.with_suffix("") for name, file in made.items()}


@pytest.fixture
def unpacked(both: Mapping[Bundle, Path]) -> Path:
    """Return the bundle of most functions, as Lambda lays it out."""
    return both["services"]


def run(folder: Path, code: str, **settings: str) -> str:
    """Run code in an interpreter that sees nothing but the bundle; gives what it printed."""
    start = f"import sys; sys.path.insert(0, {str(folder)!r})\n"
    command = [sys.executable, "-I", "-S", "-B", "-W", "ignore", "-c", start + code]
    environment = {"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "ca-central-1", **settings}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_same_input_gives_the_same_bytes(made: Mapping[Bundle, Path], tmp_path: Path) -> None:
    bundle(Target(), "postings", tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == made["postings"].read_bytes()


def test_each_is_small(made: Mapping[Bundle, Path]) -> None:
    assert all(file.stat().st_size <= MOST_BYTES for file in made.values())


def test_the_larger_is_mostly_what_is_compiled(made: Mapping[Bundle, Path]) -> None:
    size = made["services"].stat().st_size
    with zipfile.ZipFile(made["services"]) as archive:
        compiled = sum(i.compress_size for i in archive.infolist() if i.filename.endswith(".so"))
    assert size / compiled < 1.7


@pytest.mark.parametrize("named", HANDLERS)
def test_a_function_can_be_loaded_from_its_bundle_alone(
    both: Mapping[Bundle, Path], named: str
) -> None:
    module, _, name = named.partition(":")
    code = f"import importlib, json; assert callable(importlib.import_module({module!r}).{name})\n"
    code += "print(json.dumps([m.partition('.')[0] for m in sys.modules]))"
    assert LATE.isdisjoint(json.loads(run(both[BUNDLE_OF[named]], code)))


def test_what_employers_write_is_shown_and_paid_for_from_the_bundle_of_postings(
    both: Mapping[Bundle, Path],
) -> None:
    code = """
from signet.jobs.postings import markdown
import stripe
print(markdown.html("**Survey** <script>x</script>"))
client = stripe.StripeClient("sk_test_none", base_addresses={"api": "http://127.0.0.1:9"})
try:
    client.v1.checkout.sessions.create({"mode": "payment"})
except stripe.APIConnectionError:
    print("tried")
"""
    told = run(both["postings"], code)
    assert "<strong>Survey</strong>" in told
    assert "<script" not in told
    assert "tried" in told


@pytest.mark.usefixtures("careers")
def test_a_digest_of_the_postings_in_the_database_is_made_from_the_bundle_alone(
    both: Mapping[Bundle, Path], job_tables_made: Ground
) -> None:
    """It reads none of what employers wrote, which that bundle couldn't; and seals its link."""
    live(company(granted=1), title="Survey Lead", description="**Crews**")
    code = f"""
from datetime import date
from lambdas import job_clock
from signet import policy, tables
from signet.jobs import tables as jobs
from signet.jobs.digest import runs, unsubscribe
from signet.transactions.context import Context
tables.bind(jobs.MODELS)
today = date.fromisoformat("{TODAY}")
print(*(job.title for job in runs.offered(Context("", "", None, today, policy.load())).every))
print(unsubscribe.member(unsubscribe.token("100001")))
"""
    settings = {**job_tables_made.variables, "SIGNET_ADDRESS_KEY": "k" * 32}
    made = run(both[BUNDLE_OF["lambdas.jobs.schedule:handler"]], code, **settings)
    assert made.split("\n")[:2] == ["Survey Lead", "100001"]


def test_what_opens_complaints_is_not_where_employers_text_is_read(
    both: Mapping[Bundle, Path],
) -> None:
    assert not (both["postings"] / "cryptography").exists()
    assert not [
        both["services"] / name
        for name in ("nh3", "stripe", "markdown_it")
        if (both["services"] / name).exists()
    ]


def test_each_has_of_our_own_code_what_its_functions_reach(
    both: Mapping[Bundle, Path],
) -> None:
    """What isn't there can't be reached by whoever takes a function over, and takes no room."""
    for name, absent in (
        (
            "services",
            (
                "lambdas/jobs/employers/function",
                "signet/publish/pipeline",
                "signet/register/importing",
            ),
        ),
        ("postings", ("lambdas/complaints", "signet/complaints", "signet/cpd/actions")),
    ):
        folder = both[name]  # type: ignore[index]
        found = {str(one.relative_to(folder).with_suffix("")) for one in folder.rglob("*.pyc")}
        assert not {f"{one}{end}" for one in absent for end in ("", "/__init__")} & found
        served = {one.module.replace(".", "/") for one in FUNCTIONS if one.bundle == name}
        assert served <= found | {one.removesuffix("/__init__") for one in found}


def test_a_letter_is_made_from_the_bundle_alone(unpacked: Path) -> None:
    code = """
from datetime import UTC, date, datetime
from signet.letters import rendering
said = {"sender": ("A",), "to": ("Zoë",), "dated": date(2026, 11, 24), "reference": "1"}
letter = rendering.Letter(**said, about="B", paragraphs=("C",), signed=("D",))
print(rendering.write([letter], datetime(2026, 11, 24, tzinfo=UTC))[:5].decode())
"""
    assert run(unpacked, code).strip() == "%PDF-"


def test_the_apis_description_is_the_same_from_the_bundle(unpacked: Path) -> None:
    """Docstrings that it quotes are left in the bytecode; the others aren't."""
    code = "import json; from lambdas.cpd.api import document; print(json.dumps(document()))"
    assert json.loads(run(unpacked, code)) == api.document()


@pytest.mark.parametrize("name", BUNDLES)
def test_what_is_left_of_an_aws_services_description_holds_together(
    both: Mapping[Bundle, Path], name: Bundle
) -> None:
    code = f"""
import boto3
from botocore.model import ListShape, MapShape, StructureShape
def walk(shape, seen):
    if shape is None or shape.name in seen: return
    seen.add(shape.name)
    if isinstance(shape, StructureShape):
        for one in shape.members.values(): walk(one, seen)
    elif isinstance(shape, ListShape): walk(shape.member, seen)
    elif isinstance(shape, MapShape): walk(shape.key, seen); walk(shape.value, seen)
for name in {sorted(AWS_SERVICES)!r}:
    model, seen = boto3.client(name).meta.service_model, set()
    for operation in map(model.operation_model, model.operation_names):
        for shape in (operation.input_shape, operation.output_shape, *operation.error_shapes):
            walk(shape, seen)
    print(name, *model.operation_names)
"""
    told = {line.split()[0]: set(line.split()[1:]) for line in run(both[name], code).splitlines()}
    assert told["dynamodb"] >= {"TransactWriteItems", "Query", "Scan", "BatchGetItem"}
    assert told["s3"] >= {"PutObject", "GetObject", "DeleteObject", "ListObjectsV2"}
    if name == "postings":
        assert told["s3"] >= {"ListObjectVersions", "CopyObject", "DeleteObjects"}
    assert "PutBucketInventoryConfiguration" not in told["s3"]


def test_every_aws_client_that_the_code_asks_for_can_be_made(unpacked: Path) -> None:
    sources = [*ROOT.glob("signet/**/*.py"), *ROOT.glob("lambdas/**/*.py")]
    asked = {
        name
        for source in sources
        for name in re.findall(r'\.client\(\s*"(\w+)"', source.read_text("utf-8"))
    }
    assert asked
    assert asked <= AWS_SERVICES
    code = f"""
import boto3
asked = dict(s3="list_buckets", dynamodb="list_tables", sesv2="send_email", kms="decrypt")
said = dict(sesv2={{"Content": {{}}}}, kms={{"CiphertextBlob": b"x"}})
for name in {sorted(AWS_SERVICES)!r}:
    client = boto3.client(name)
    client.meta.events.register("before-send", lambda request, **_: print(request.url) or 1 / 0)
    try:
        getattr(client, asked[name])(**said.get(name, {{}}))
    except ZeroDivisionError:
        pass
"""
    keys = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
    urls = run(unpacked, code, **keys).splitlines()
    assert len(urls) == len(AWS_SERVICES)
    assert all(".amazonaws.com/" in url for url in urls)


def test_a_tokens_signature_can_be_checked(unpacked: Path) -> None:
    code = """
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
key = rsa.generate_private_key(65537, 2048)
token = jwt.encode({"sub": "ada"}, key, "RS256")
print(jwt.decode(token, key.public_key(), algorithms=["RS256"])["sub"])
"""
    assert run(unpacked, code).strip() == "ada"


def test_the_shells_in_them_are_what_mkdocs_would_make(both: Mapping[Bundle, Path]) -> None:
    made = made_shell()
    assert made == stored_shell.kept(SITE, both["postings"] / "var" / "shell")
    unpacked = both["services"]
    code = "from signet.web import pages; pages.environment(str(pages.SHELL)); print(pages.SHELL)"
    assert Path(run(unpacked, code).strip()) == unpacked / "var" / "shell.html"


def test_a_site_of_any_address_is_made_from_one_shell(tmp_path: Path) -> None:
    stored_shell.keep(shells.build(POLICY, Site(stored_shell.STAND_IN)), tmp_path)
    elsewhere = Site("https://elsewhere.example")
    assert stored_shell.kept(elsewhere, tmp_path) == shells.build(POLICY, elsewhere)
    assert stored_shell.kept(elsewhere, tmp_path / "nothing") is None


def test_what_is_for_people_at_a_terminal_stays_out(unpacked: Path) -> None:
    for part in (
        "signet/cli",
        "signet/demo",
        "infra",
        "tests",
        "PIL",
        "mkdocs",
        "botocore/data/ec2",
    ):
        assert not (unpacked / part).exists(), part
    assert (unpacked / "site" / "services" / "base.html").exists()
    assert (unpacked / "botocore" / "cacert.pem").exists()


def test_bytecode_is_never_looked_at_again_and_names_no_folder_of_this_machine(
    unpacked: Path,
) -> None:
    compiled = list(unpacked.rglob("*.pyc"))
    assert len(compiled) > 300
    for file in compiled:
        content = file.read_bytes()
        assert int.from_bytes(content[4:8], "little") == 1, file  # by hash, unchecked
        assert b"signet-bundle-" not in content, file
        assert not file.with_suffix(".py").exists()


def test_bytecode_is_what_is_loaded(both: Mapping[Bundle, Path]) -> None:
    code = """
import sys
from importlib.machinery import SourcelessFileLoader
import signet.publish.pipeline
ours = {name: one for name, one in sys.modules.items() if name.partition(".")[0] == "signet"}
assert len(ours) > 30
print([name for name, one in ours.items() if not isinstance(one.__loader__, SourcelessFileLoader)])
"""
    assert run(both["postings"], code).strip() == "[]"


def test_another_runtime_gets_its_own_modules_and_no_stale_bytecode(tmp_path: Path) -> None:
    bundle(Target(OTHER_MINOR, "arm64"), "services", tmp_path / "services.zip")
    with zipfile.ZipFile(tmp_path / "services.zip") as archive:
        names = archive.namelist()
        (module,) = (name for name in names if name.startswith("pydantic_core/") and ".so" in name)
        assert archive.read(module)[18:20] == b"\xb7\x00"  # AArch64
    assert f"cpython-{OTHER_MINOR.replace('.', '')}-aarch64" in module
    assert not [name for name in names if name.endswith(".pyc")]
    assert "lambdas/files.py" in names


@pytest.mark.parametrize(("python", "architecture"), [("311", "x86_64"), ("3.11", "sparc")])
def test_a_runtime_that_there_is_not_is_refused(python: str, architecture: str) -> None:
    with pytest.raises(BundleError):
        Target(python, architecture)
