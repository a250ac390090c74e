"""The list of functions agrees with the code: its modules, its files, its tables."""

from infra.functions import FUNCTIONS, PARTS_OF_OTHERS
from infra.tables import tables
from tests.aws.conftest import ROOT, constant

LAMBDAS = ROOT / "lambdas"


def modules() -> set[str]:
    files = {file.stem for file in LAMBDAS.glob("*.py") if file.stem != "__init__"}
    packages = {file.parent.name for file in LAMBDAS.glob("*/__init__.py")}
    return (files | packages) - PARTS_OF_OTHERS


def test_every_module_of_lambdas_is_deployed_and_nothing_else() -> None:
    assert {one.name for one in FUNCTIONS} == modules()


def test_the_function_for_files_is_told_of_those_that_the_code_puts_there() -> None:
    """The object store matches by prefix: one that the code doesn't write under hears nothing."""
    told = [arrivals.prefix for one in FUNCTIONS for arrivals in one.arrivals]
    assert told == [constant(ROOT / "signet/complaints/model.py", "FILES")]


def test_functions_use_tables_indexes_and_streams_that_there_are() -> None:
    known = {one.name: one for one in tables()}
    for function in FUNCTIONS:
        assert set(function.tables) <= set(known), function.name
        for name in function.indexes:
            table, _, index = name.partition("/")
            assert index in {one.name for one in known[table].indexes}, function.name
        for stream in function.streams:
            assert known[stream.table].stream, function.name
