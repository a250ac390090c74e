"""What a bundle keeps of our own code: what its functions import, wherever the import stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.bundle import reached
from infra.bundle.settings import BundleError

CODE = {
    "lambdas/__init__.py": "",
    "lambdas/one.py": "from signet.a import b\n\ndef f():\n    import signet.late.deep\n",
    "lambdas/other.py": "import signet.a.c\n",
    "signet/__init__.py": "",
    "signet/a/__init__.py": "from signet.first import NAME\n",
    "signet/a/b.py": "",
    "signet/a/c.py": "",
    "signet/first.py": "NAME = 1\n",
    "signet/late/__init__.py": "",
    "signet/late/deep.py": "",
}


def test_what_is_imported_late_or_by_a_package_stays_and_nothing_else(tmp_path: Path) -> None:
    for file, said in CODE.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(said)
    reached.reduce(tmp_path, ["lambdas.one"])
    left = {str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*.py")}
    assert set(CODE) - left == {"lambdas/other.py", "signet/a/c.py"}


@pytest.mark.parametrize(
    "said",
    [
        "from . import two",
        "import_module('signet.x')",
        "importlib.import_module(f'{there}.x')",
        "importlib.import_module(f'{__name__}.{x}.{y}')",
    ],
)
def test_an_import_that_cannot_be_followed_is_refused(tmp_path: Path, said: str) -> None:
    (tmp_path / "lambdas").mkdir()
    (tmp_path / "lambdas" / "one.py").write_text(said)
    with pytest.raises(BundleError):
        reached.reduce(tmp_path, ["lambdas.one"])


def test_a_package_that_lists_its_folder_reaches_every_module_in_it(tmp_path: Path) -> None:
    code = {
        "lambdas/__init__.py": "",
        "lambdas/home.py": "import lambdas.index\n",
        "lambdas/index/__init__.py": (
            'import importlib\nx = importlib.import_module(f"{__name__}.{y.name}")\n'
        ),
        "lambdas/index/cpd.py": "",
        "lambdas/index/loans.py": "from lambdas.loans import words\n",
        "lambdas/loans/__init__.py": "",
        "lambdas/loans/words.py": "",
        "lambdas/loans/desk.py": "",
    }
    for file, text in code.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text)
    reached.reduce(tmp_path, ["lambdas.home"])
    left = {str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*.py")}
    assert set(code) - left == {"lambdas/loans/desk.py"}
