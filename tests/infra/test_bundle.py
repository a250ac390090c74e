"""The bundles of the functions: what is in them, and that they work where nothing else is.

They are made for and run by the Python that Lambda runs them on, where this machine has it; else by
the tests' own.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.bundle import archive as archives
from infra.bundle import interpreter, wheels
from infra.bundle.__main__ import check_unpacked
from infra.bundle.contents import compile_all
from infra.bundle.settings import HOST_MINOR, RUNTIME_MINOR, BundleError, Target
from infra.bundle.wheels import AWS_SERVICES, MOST_BYTES, NEEDS
from infra.functions import BUNDLES, FUNCTIONS
from infra.functions.model import Bundle
from infra.local.dynamodb import ROOT
from infra.local.functions import ROUTES
from infra.local.streams import LISTENERS, SCHEDULED
from lambdas.cpd import api
from signet.letters import documents
from signet.publish.render import shell as shells
from signet.publish.render import stored_shell
from signet.publish.site import Site
from tests import bundles, uploaded
from tests.built_site import POLICY, SITE, made_shell
from tests.function_ground import Ground
from tests.job_office import TODAY, careers, company, job_tables_made, live
from tests.letter_samples import LETTER
from tests.people import shell

__all__ = ["careers", "job_tables_made", "shell"]
NAMED = {*ROUTES.values(), *(f for _, f in LISTENERS), *(f for f, _ in SCHEDULED)}
HANDLERS = sorted({*NAMED, "lambdas.publishing.nightly:handler", "lambdas.documents:handler"})
BUNDLE_OF: dict[str, Bundle] = {one.entry_point: one.bundle for one in FUNCTIONS}
TARGET = Target(RUNTIME_MINOR if interpreter.here(RUNTIME_MINOR) else HOST_MINOR)
# Bundles of functions that nobody waits for, or that check what nobody else may look into.
HEAVY = {"files", "documents"}
# What may not be loaded before it is needed: it takes longer than all else together.
LATE = {"boto3", "mkdocs", "tqdm", "aws_xray_sdk"}
# Loads each function in a process of its own, which begins with the libraries that all of them load
# together: loading those again for each takes ten times as long.
LOADS_EACH = """
import contextlib, importlib, json, os
def loaded(handlers):
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        told = open(reading).read()
        assert os.wait()[1] == 0, handlers
        return json.loads(told)
    for handler in handlers:
        module, _, name = handler.partition(":")
        assert callable(getattr(importlib.import_module(module), name))
    with open(writing, "w") as telling:
        json.dump([*sys.modules], telling)
    os._exit(0)
for name in loaded(HANDLERS):
    if name.partition(".")[0] not in %r:
        with contextlib.suppress(ImportError):  # what a library puts there by other ways
            importlib.import_module(name)
for handler in HANDLERS:
    print(json.dumps([handler, [name.partition(".")[0] for name in loaded([handler])]]), flush=True)
""" % {*LATE, "__main__", "signet", "lambdas"}


@pytest.fixture(scope="module")
def made() -> Mapping[Bundle, Path]:
    """Return the bundles as they are deployed, for this machine's processor."""
    return bundles.cached(TARGET, BUNDLES)


@pytest.fixture(scope="module")
def unpacked_all(
    made: Mapping[Bundle, Path], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[Bundle, Path]:
    """Return the bundles as Lambda lays them out."""
    folders = {name: tmp_path_factory.mktemp(name) for name in made}
    for name, file in made.items():
        with zipfile.ZipFile(file) as archive:
            archive.extractall(folders[name])
    return folders


@pytest.fixture
def unpacked(unpacked_all: Mapping[Bundle, Path]) -> Path:
    """Return the bundle of most functions, as Lambda lays it out."""
    return unpacked_all["services"]


def run(folder: Path, code: str, **settings: str) -> str:
    """Run code in an interpreter that sees nothing but the bundle; gives what it printed."""
    start = f"import sys; sys.path.insert(0, {str(folder)!r})\n"
    command = [
        str(interpreter.find(TARGET.python)),
        "-I",
        "-S",
        "-B",
        "-W",
        "ignore",
        "-c",
        start + code,
    ]
    environment = {"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "ca-central-1", **settings}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_each_is_small(made: Mapping[Bundle, Path]) -> None:
    assert all(NEEDS[name].most == MOST_BYTES for name in BUNDLES if name not in HEAVY)
    assert all(file.stat().st_size <= NEEDS[name].most for name, file in made.items())


def test_none_unpacks_to_more_than_lambda_takes(
    made: Mapping[Bundle, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in made.values():
        with zipfile.ZipFile(file) as archive:
            assert sum(one.file_size for one in archive.infolist()) <= wheels.MOST_UNPACKED
    monkeypatch.setattr(wheels, "MOST_UNPACKED", 1_000_000)
    (tmp_path / "large.so").write_bytes(bytes(1_000_001))
    with pytest.raises(BundleError):
        check_unpacked("postings", tmp_path)


def test_the_larger_is_mostly_what_is_compiled(made: Mapping[Bundle, Path]) -> None:
    size = made["sealing"].stat().st_size
    with zipfile.ZipFile(made["sealing"]) as archive:
        compiled = sum(i.compress_size for i in archive.infolist() if i.filename.endswith(".so"))
    assert size / compiled < 1.7


@pytest.mark.parametrize("name", BUNDLES)
def test_each_function_can_be_loaded_from_its_bundle_alone(
    unpacked_all: Mapping[Bundle, Path], name: Bundle
) -> None:
    """Each by itself; the libraries that it finds loaded are those that some of them load."""
    handlers = [one for one in HANDLERS if BUNDLE_OF[one] == name]
    assert handlers
    told = run(unpacked_all[name], f"HANDLERS = {handlers!r}\n{LOADS_EACH}")
    loaded = dict(json.loads(line) for line in told.splitlines())
    assert sorted(loaded) == handlers
    assert {one: LATE.intersection(parts) for one, parts in loaded.items()} == {
        one: set() for one in handlers
    }


def test_what_employers_write_is_shown_and_paid_for_from_the_bundle_of_postings(
    unpacked_all: Mapping[Bundle, Path],
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
    told = run(unpacked_all["postings"], code)
    assert "<strong>Survey</strong>" in told
    assert "<script" not in told
    assert "tried" in told


@pytest.mark.usefixtures("careers")
def test_a_digest_of_the_postings_in_the_database_is_made_from_the_bundle_alone(
    unpacked_all: Mapping[Bundle, Path], job_tables_made: Ground
) -> None:
    """It reads none of what employers wrote, which that bundle couldn't; and seals its link."""
    live(company(granted=1), title="Survey Lead", description="**Crews**")
    code = f"""
from datetime import date
from lambdas.jobs import schedule
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
    made = run(unpacked_all[BUNDLE_OF["lambdas.jobs.schedule:handler"]], code, **settings)
    assert made.split("\n")[:2] == ["Survey Lead", "100001"]


def test_what_reads_files_is_where_files_are_checked_and_nowhere_else(
    unpacked_all: Mapping[Bundle, Path],
) -> None:
    code = """
import pikepdf
from PIL import Image, ImageCms, ImageOps
Image.init()
print(sorted(Image.OPEN))
"""
    assert {"JPEG", "PNG"} <= set(run(unpacked_all["files"], code).replace("'", " ").split())
    code = f"""
from signet.uploads.content import Bounds, Kind, cleaning
for sent in ({uploaded.pdf()!r}, {uploaded.png()!r}, {uploaded.JPEG!r}):
    assert cleaning.clean(sent, set(Kind), Bounds(1000, 100_000), seconds=60).content == sent
"""
    run(unpacked_all["files"], code)
    others = {name: folder for name, folder in unpacked_all.items() if name != "files"}
    assert not [
        folder / part
        for folder in others.values()
        for part in ("pikepdf", "pikepdf.libs", "PIL", "pillow.libs")
        if (folder / part).exists()
    ]


def test_what_opens_complaints_is_not_where_employers_text_is_read(
    unpacked_all: Mapping[Bundle, Path],
) -> None:
    found = {
        (bundle, name)
        for bundle in ("services", "sealing", "postings")
        for name in ("cryptography", "jwt", "nh3", "stripe", "markdown_it")
        if (unpacked_all[bundle] / name).exists()
    }
    sealing = {("sealing", name) for name in ("cryptography", "jwt")}
    assert found == sealing | {("postings", name) for name in ("nh3", "stripe", "markdown_it")}


def test_each_has_of_our_own_code_what_its_functions_reach(
    unpacked_all: Mapping[Bundle, Path],
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
        folder = unpacked_all[name]  # type: ignore[index]
        found = {str(one.relative_to(folder).with_suffix("")) for one in folder.rglob("*.pyc")}
        assert not {f"{one}{end}" for one in absent for end in ("", "/__init__")} & found
        served = {one.module.replace(".", "/") for one in FUNCTIONS if one.bundle == name}
        assert served <= found | {one.removesuffix("/__init__") for one in found}


def test_a_letter_is_made_from_the_bundle_of_documents_alone(
    unpacked_all: Mapping[Bundle, Path], tmp_path: Path
) -> None:
    """Its bytes are those that one machine makes, and no other bundle carries what it needs."""
    asked = tmp_path / "asked.json"
    asked.write_text(documents.request([LETTER], POLICY.regulator), encoding="utf-8")
    code = f"""
import json
from lambdas.documents import handler
print(handler(json.load(open({str(asked)!r})), None)["pdf"])
"""
    made = base64.b64decode(run(unpacked_all["documents"], code))
    assert made == documents.render([LETTER], POLICY.regulator)
    for name in BUNDLES:
        carried = {
            part for part in ("typst", "manimgx_fonts") if (unpacked_all[name] / part).exists()
        }
        assert bool(carried) is (name == "documents")
        assert (unpacked_all[name] / "site" / "letters").exists() is (name == "documents")


def test_the_apis_description_is_the_same_from_the_bundle(unpacked: Path) -> None:
    """Docstrings that it quotes are left in the bytecode; the others aren't."""
    code = "import json; from lambdas.cpd.api import document; print(json.dumps(document()))"
    assert json.loads(run(unpacked, code)) == api.document()


@pytest.mark.parametrize("name", BUNDLES)
def test_what_is_left_of_an_aws_services_description_holds_together(
    unpacked_all: Mapping[Bundle, Path], name: Bundle
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
    told = {
        line.split()[0]: set(line.split()[1:])
        for line in run(unpacked_all[name], code).splitlines()
    }
    assert told["dynamodb"] >= {"TransactWriteItems", "Query", "Scan", "BatchGetItem"}
    assert told["s3"] >= {"PutObject", "GetObject", "DeleteObject", "ListObjectsV2"}
    if name == "postings":
        assert told["s3"] >= {"ListObjectVersions", "CopyObject", "DeleteObjects"}
    assert "PutBucketInventoryConfiguration" not in told["s3"]


def test_every_aws_client_that_the_code_asks_for_can_be_made(
    unpacked_all: Mapping[Bundle, Path],
) -> None:
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
asked["lambda"] = "invoke"
said = dict(sesv2={{"Content": {{}}}}, kms={{"CiphertextBlob": b"x"}})
said["lambda"] = {{"FunctionName": "x"}}
for name in {sorted(AWS_SERVICES)!r}:
    client = boto3.client(name)
    client.meta.events.register("before-send", lambda request, **_: print(request.url) or 1 / 0)
    try:
        getattr(client, asked[name])(**said.get(name, {{}}))
    except ZeroDivisionError:
        pass
"""
    keys = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
    urls = run(unpacked_all["sealing"], code, **keys).splitlines()
    assert len(urls) == len(AWS_SERVICES)
    assert all(".amazonaws.com/" in url for url in urls)


def test_a_tokens_signature_can_be_checked(unpacked_all: Mapping[Bundle, Path]) -> None:
    code = """
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
key = rsa.generate_private_key(65537, 2048)
token = jwt.encode({"sub": "ada"}, key, "RS256")
print(jwt.decode(token, key.public_key(), algorithms=["RS256"])["sub"])
"""
    assert run(unpacked_all["sealing"], code).strip() == "ada"


def test_the_shells_in_them_are_what_mkdocs_would_make(unpacked_all: Mapping[Bundle, Path]) -> None:
    made = made_shell()
    assert made == stored_shell.load(SITE, unpacked_all["postings"] / "var" / "shell")
    unpacked = unpacked_all["services"]
    code = "from signet.web import pages; pages.environment(str(pages.SHELL)); print(pages.SHELL)"
    assert Path(run(unpacked, code).strip()) == unpacked / "var" / "shell.html"


def test_a_site_of_any_address_is_made_from_one_shell(tmp_path: Path) -> None:
    stored_shell.store(shells.build(POLICY, Site(stored_shell.STAND_IN)), tmp_path)
    elsewhere = Site("https://elsewhere.example")
    assert stored_shell.load(elsewhere, tmp_path) == shells.build(POLICY, elsewhere)
    assert stored_shell.load(elsewhere, tmp_path / "nothing") is None


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


def test_bytecode_is_what_is_loaded(unpacked_all: Mapping[Bundle, Path]) -> None:
    code = """
import sys
from importlib.machinery import SourcelessFileLoader
import signet.publish.pipeline
ours = {name: one for name, one in sys.modules.items() if name.partition(".")[0] == "signet"}
assert len(ours) > 30
print([name for name, one in ours.items() if not isinstance(one.__loader__, SourcelessFileLoader)])
"""
    assert run(unpacked_all["postings"], code).strip() == "[]"


def test_a_second_build_for_another_processor_differs_in_compiled_modules_alone(
    made: Mapping[Bundle, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same input gives the same bytes: but for these modules, both are made of the same."""
    quick = {name: one._replace(level=1) for name, one in NEEDS.items()}
    monkeypatch.setattr(wheels, "NEEDS", quick)
    again = bundles.cached(Target(TARGET.python, "arm64"), ["services"])["services"]
    with zipfile.ZipFile(made["services"]) as archive:
        ours = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(again) as archive:
        theirs = {name: archive.read(name) for name in archive.namelist()}
    (module,) = (name for name in theirs if name.startswith("pydantic_core/") and ".so" in name)
    assert theirs[module][18:20] == b"\xb7\x00"  # AArch64
    assert f"cpython-{TARGET.python.replace('.', '')}-aarch64" in module
    for one in (ours, theirs):
        for name in [name for name in one if ".so" in name]:
            del one[name]
    assert "lambdas/home.pyc" in ours
    assert ours == theirs


def test_an_archive_has_the_same_bytes_whenever_and_in_whichever_order_its_files_were_made(
    tmp_path: Path,
) -> None:
    contents = {"b": b"two " * 99, "a/c": b"one " * 99, "a/b": b"two " * 99}
    packed: archives.Packed = {}
    for at, names in enumerate((sorted(contents), sorted(contents, reverse=True))):
        for name in names:
            file = tmp_path / str(at) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(contents[name])
            os.utime(file, (10**9 * at, 10**9 * at))
        archives.write(tmp_path / str(at), tmp_path / f"{at}.zip", packed=packed)
        archives.write(tmp_path / str(at), tmp_path / f"{at}-again.zip")
    made = {file.read_bytes() for file in tmp_path.glob("*.zip")}
    assert len(made) == 1
    assert len(packed) == 2
    with zipfile.ZipFile(tmp_path / "0.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == contents


def test_bytecode_is_made_by_the_python_that_runs_it(tmp_path: Path) -> None:
    """Another version's would be refused, and there is no source to fall back to."""
    for minor in {HOST_MINOR, TARGET.python}:
        source = tmp_path / minor / "signet" / "one.py"
        source.parent.mkdir(parents=True)
        source.write_text("ONE = 1\n")
        compile_all(Target(minor), [tmp_path / minor])
        made = source.with_suffix(".pyc").read_bytes()
        asked = [
            str(interpreter.find(minor)),
            "-c",
            "import importlib.util as u; print(u.MAGIC_NUMBER)",
        ]
        magic = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
        assert repr(made[:4]) == magic.strip()


def test_a_python_that_cannot_be_had_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreter, "UV", Path("/bin/false"))
    with pytest.raises(BundleError, match=r"python3\.99 is found on the PATH"):
        interpreter.find("3.99")


@pytest.mark.parametrize(("python", "architecture"), [("313", "x86_64"), ("3.13", "sparc")])
def test_a_runtime_that_there_is_not_is_refused(python: str, architecture: str) -> None:
    with pytest.raises(BundleError):
        Target(python, architecture)
