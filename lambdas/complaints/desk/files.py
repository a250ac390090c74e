"""Files of a case: the clean copy for any officer, the original for a registrar with a reason."""

from __future__ import annotations

from lambdas.complaints.desk.acts import form_again
from lambdas.complaints.desk.app import (
    CASE,
    OFFICERS,
    REGISTRAR,
    acting,
    app,
    officer,
    store,
)
from lambdas.complaints.desk.queue import shared
from signet.complaints.desk import case_files
from signet.complaints.desk.case_files import Opened
from signet.complaints.desk.context import CaseVersion
from signet.errors import Conflict, Invalid, NotFound
from signet.web.answer import Answer, Download, Page
from signet.web.form_view import blank
from signet.web.forms import read
from signet.web.request import Request, id_of, whole_number

FILE = f"{CASE}files/<file>/"


@app.get(f"{FILE}clean", OFFICERS)
def open_clean(request: Request, case: str, file: str) -> Answer:
    """Download a file's copy without metadata.

    It is always an attachment, never rendered under our own name.
    """
    piece = whole_number(request.query.get("piece", "1"))
    if piece is None:
        raise NotFound
    by = officer(request)
    return _download(case_files.clean(by, store(), id_of(case), id_of(file), piece))


def _download(found: Opened) -> Download:
    return Download(found.content, found.media, found.name)


@app.get(f"{FILE}original/", REGISTRAR)
def ask_original(request: Request, case: str, file: str) -> Answer:
    """Show the form that asks why the original is needed."""
    return _page(request, case, file)


def _page(request: Request, id_: str, file: str, error: Invalid | Conflict | None = None) -> Page:
    from lambdas.complaints.desk.forms import Original  # imported here: few requests use a form

    by = officer(request)
    case, stored, name = case_files.file_details(by, id_of(id_), id_of(file))
    form = (
        form_again(Original, request, case, error)
        if error
        else blank(Original, request.new_id(), version=str(case.version), piece="1")
    )
    context = {
        **shared(by),
        "case": case,
        "held": stored,
        "name": name,
        "pieces": case_files.pieces(stored),
        "form": form,
    }
    return Page("complaints/desk/original.html", context, error.status if error else 200)


@app.post(f"{FILE}original/", REGISTRAR)
def open_original(request: Request, case: str, file: str) -> Answer:
    """Download a file as it was sent."""
    from lambdas.complaints.desk.forms import Original  # imported here: few requests use a form

    try:
        submitted = read(Original, request.form)
        seen = CaseVersion(id_of(case), submitted.version)
        return _download(
            case_files.original(
                acting(request), store(), seen, id_of(file), submitted.words, submitted.piece
            )
        )
    except (Invalid, Conflict) as error:
        return _page(request, case, file, error)
