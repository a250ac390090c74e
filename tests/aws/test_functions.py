"""The list of functions agrees with the code: its modules, its routes here, its tables."""

from infra.aws.functions import FUNCTIONS, PARTS_OF_OTHERS
from infra.aws.tables import MODELS, tables
from tests.aws.conftest import ROOT, constant

LAMBDAS = ROOT / "lambdas"


def modules() -> set[str]:
    files = {file.stem for file in LAMBDAS.glob("*.py") if file.stem != "__init__"}
    packages = {file.parent.name for file in LAMBDAS.glob("*/__init__.py")}
    return (files | packages) - PARTS_OF_OTHERS


def test_every_module_of_lambdas_is_deployed_and_nothing_else() -> None:
    assert {one.name for one in FUNCTIONS} == modules()


def test_addresses_lead_to_the_same_functions_as_on_one_machine() -> None:
    here = constant(ROOT / "infra/local/functions.py", "ROUTES")
    assert isinstance(here, dict)
    there = {prefix: f"lambdas.{one.name}:handler" for one in FUNCTIONS for prefix in one.prefixes}
    assert there == here


def test_streams_lead_to_the_same_functions_as_on_one_machine() -> None:
    here = constant(ROOT / "infra/local/streams.py", "LISTENERS")
    assert isinstance(here, tuple)
    there = {
        (stream.table, f"lambdas.{one.name}:handler") for one in FUNCTIONS for stream in one.streams
    }
    assert there == set(here)


def test_files_that_arrive_lead_to_the_same_function_as_on_one_machine() -> None:
    here = (ROOT / "infra/local/arrivals.py").read_text()
    told = [(one.name, arrivals) for one in FUNCTIONS for arrivals in one.arrivals]
    for name, arrivals in told:
        assert f'LISTENER = (FILES, "lambdas.{name}:handler")' in here
        assert arrivals.prefix == constant(ROOT / "signet/complaints/model.py", "FILES")
    assert len(told) == 1


def test_functions_use_tables_indexes_and_streams_that_there_are() -> None:
    known = {one.name: one for one in tables()}
    for function in FUNCTIONS:
        assert set(function.tables) <= set(known), function.name
        for name in function.indexes:
            table, _, index = name.partition("/")
            assert index in {one.name for one in known[table].indexes}, function.name
        for stream in function.streams:
            assert known[stream.table].stream, function.name


def test_tables_of_every_domain_are_made() -> None:
    """A tables.py with MODELS that no stack knows would be missing on AWS."""
    domains = {file.parent.name for file in ROOT.glob("signet/*/tables.py")}
    listed = {model.__module__.split(".")[1] for model in MODELS}
    assert domains == listed
