"""Bundles that tests keep: another file or lock makes another bundle, and nothing else does."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.bundle.settings import HOST_MINOR, Target
from infra.functions import BUNDLES
from infra.functions.model import Bundle
from tests import bundles

TARGET = Target(HOST_MINOR)
LOCKS = ("setup", "build", "local", "runtime", "files", "documents")
FILES = (
    "signet/one.py",
    "lambdas/one.py",
    "site/guidance/page.md",
    "site/letters/letter.typ",
    "mkdocs.yml",
    "infra/bundle/wheels.py",
    "infra/functions/one.py",
    *(f"requirements/{name}.txt" for name in LOCKS),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a small copy of the product."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"{name}\n")
    return tmp_path


def hashes(root: Path, target: Target = TARGET) -> Mapping[Bundle, str]:
    return {name: bundles.inputs_hash(target, name, root) for name in BUNDLES}


def changed(before: Mapping[Bundle, str], after: Mapping[Bundle, str]) -> set[Bundle]:
    return {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_or_lock_makes_those_bundles_anew_that_it_goes_into(
    root: Path, name: str
) -> None:
    before = hashes(root)
    (root / name).write_text("something else\n")
    only = {
        "site/letters/letter.typ": {"documents"},
        "requirements/documents.txt": {"documents"},
        "requirements/files.txt": {"files"},
    }
    assert changed(before, hashes(root)) == only.get(name, {*BUNDLES})


def test_a_file_that_is_new_gone_or_renamed_makes_a_bundle_anew(root: Path) -> None:
    seen = [hashes(root)]
    (root / "signet" / "two.py").write_text("TWO = 2\n")
    seen.append(hashes(root))
    (root / "signet" / "two.py").rename(root / "signet" / "three.py")
    seen.append(hashes(root))
    (root / "signet" / "three.py").write_text("")
    seen.append(hashes(root))
    assert len({one["services"] for one in seen}) == len(seen)
    (root / "signet" / "three.py").unlink()
    assert hashes(root) == seen[0]


def test_another_processor_has_bundles_of_its_own(root: Path) -> None:
    assert changed(hashes(root), hashes(root, Target(HOST_MINOR, "arm64"))) == {*BUNDLES}


def test_what_does_not_go_in_makes_no_bundle_anew(root: Path) -> None:
    before = hashes(root)
    for name in ("tests/test_one.py", "docs/house.md", "signet/__pycache__/one.cpython-313.pyc"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("something\n")
    assert hashes(root) == before


def test_a_bundle_is_built_once_and_an_outdated_one_goes(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[Bundle] = []

    def build(_: Target, wanted: Mapping[Bundle, Path]) -> None:
        for name, path in wanted.items():
            built.append(name)
            path.write_text(name)

    monkeypatch.setattr(bundles, "ROOT", root)
    monkeypatch.setattr(bundles, "build", build)
    monkeypatch.setattr(bundles, "inputs_hash", lambda *_: "1")
    first = bundles.cached(TARGET, ["services", "files"])
    assert bundles.cached(TARGET, ["services", "files", "postings"]).items() > first.items()
    assert built == ["services", "files", "postings"]
    monkeypatch.setattr(bundles, "inputs_hash", lambda _, name: "2" if name == "files" else "1")
    again = bundles.cached(TARGET, ["services", "files"])
    assert built == ["services", "files", "postings", "files"]
    assert again["services"] == first["services"]
    assert not first["files"].exists()
    shutil.rmtree(root / bundles.KEPT)
    bundles.cached(TARGET, ["services"])
    assert built[-1] == "services"
