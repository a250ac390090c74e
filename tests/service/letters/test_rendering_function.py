"""Documents from the function that renders: asked as on AWS, over HTTP, with all that can fail."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from lambdas.documents import handler
from signet.errors import Unavailable
from signet.letters import documents, typesetting
from tests.entries import POLICY
from tests.letter_samples import LETTER, SAMPLES
from tests.rendering_service import NAME, Answer, Lambda, running


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambda]:
    """Give a service that runs the real function, at the address that settings name."""
    with running() as made:
        for name, value in made.settings.items():
            monkeypatch.setenv(name, value)
        yield made


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.template)
def test_the_function_gives_the_same_bytes_as_this_process(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch, sample: documents.Document
) -> None:
    there = documents.render([sample], POLICY.regulator)
    assert aws.asked == [f"/2015-03-31/functions/{NAME}/invocations"]
    monkeypatch.delenv(documents.FUNCTION)
    assert documents.render([sample], POLICY.regulator) == there


def broken(_body: bytes) -> Answer:
    told = {"errorMessage": "letter.typ can't be set", "errorType": "TypesettingError"}
    return 200, {"X-Amz-Function-Error": "Unhandled"}, json.dumps(told).encode()


def garbled(_body: bytes) -> Answer:
    return 200, {}, b'{"pdf": "no base64"}'


def empty(_body: bytes) -> Answer:
    return 200, {}, b"null"


def forbidden(_body: bytes) -> Answer:
    return 403, {"x-amzn-ErrorType": "AccessDeniedException"}, b'{"Message": "no"}'


@pytest.mark.parametrize("answer", [broken, garbled, empty, forbidden])
def test_when_it_fails_whoever_asked_is_told_that_nothing_is_lost(
    aws: Lambda, answer: Callable[[bytes], Answer]
) -> None:
    aws.answer = answer
    with pytest.raises(Unavailable) as told:
        documents.render([LETTER], POLICY.regulator)
    assert "Nothing is lost" in told.value.message
    assert told.value.__cause__ is None
    assert len(aws.asked) == 1


def test_it_is_asked_twice_at_most(aws: Lambda) -> None:
    aws.answer = lambda _body: (503, {}, b"{}")
    with pytest.raises(Unavailable):
        documents.render([LETTER], POLICY.regulator)
    assert len(aws.asked) == documents.TRIES

    failing: list[Answer] = [(503, {}, b"{}")]
    aws.answer = lambda body: failing.pop() if failing else Lambda.render(body)
    assert documents.render([LETTER], POLICY.regulator).startswith(b"%PDF-")


def test_the_function_s_errors_hold_nothing_of_what_a_document_says() -> None:
    """They are what its log has: Lambda writes an error's type, message and places in the code."""
    said = {"title": "", "letterhead": {}, "documents": [{"about": "canary"}]}
    with pytest.raises(typesetting.TypesettingError) as failed:
        handler({"template": "letter", "timestamp": 0, "data": said}, None)
    assert "canary" not in repr(failed.value)
    assert failed.value.__suppress_context__
