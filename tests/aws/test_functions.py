"""The list of functions agrees with the code: its files, its tables."""

from infra.functions import FUNCTIONS
from infra.tables import tables
from tests.aws.conftest import ROOT, constant


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
