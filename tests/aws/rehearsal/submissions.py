"""One submission of each service, through its deployed route, as its users make it.

A service that is deployed has its line in SUBMISSIONS.
"""

from __future__ import annotations

import re
import struct
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path

from tests.aws.rehearsal.commands import signet
from tests.aws.rehearsal.visiting import Visitor
from tests.aws.rehearsal.waiting import Failed, until
from tests.web_client import Answer

Submit = Callable[[Visitor, date], str]
COMPLAINTS = "/services/complaints/"
FOLLOWUP = f"{COMPLAINTS}followup/"
JOBS = "/services/jobs/"
REGISTER = "/services/register/"
REQUESTS = "/services/requests/"
GROUPS = 5  # of a receipt code
SEALED = "Received, checked and encrypted"
SAID = {
    "about": "unsure",
    "described": "Whoever sealed the drawings of the arena.",
    "happened": "They sealed what they had not read.",
}
JOB = {
    "title": "Rehearsal Survey Technologist",
    "occupation": "22213",
    "discipline": "Civil",
    "level": "intermediate",
    "employment_type": "full-time",
    "place": "calgary",
    "pay_period": "year",
    "description": "Run **field crews**.",
    "way": "site",
}
MORE = {"text": "There were two of them."}
BOUNDARY = "----signet-rehearsal"


def cpd_activity(member: Visitor, today: date) -> str:
    """Log an activity as a member; return what shows that it was taken."""
    path = f"/services/cpd/{today.year}/add/"
    form = member.get(path)
    said = {
        "title": "Course on pressure vessel codes",
        "category": "formal",
        "started_on": today.isoformat(),
        "better_practitioner": "yes",
        "advances_profession": "no",
    }
    done = member.post(path, {**form.hidden, **said})
    if done.status != 200 or "/activities/" not in done.url or said["title"] not in done.text:
        raise Failed(f"CPD answered {done.status} at {done.url}")
    return "an activity in the CPD log"


def complaint(member: Visitor, _today: date) -> str:
    """Somebody without an account complains, sends a file, and comes back with their code."""
    anybody = Visitor(member.deployed)
    form = anybody.get(COMPLAINTS)
    receipt = anybody.post(f"{COMPLAINTS}send", {**form.hidden, **SAID})
    groups = re.findall(r"<span>([0-9A-Z]{4})</span>", receipt.text)
    if receipt.status != 200 or len(groups) != GROUPS:
        raise Failed(f"the complaint was answered {receipt.status}: {receipt.text[:2000]}")
    code = {"receipt": "-".join(groups)}
    refused = send_file(anybody, receipt, _picture(), policy="e30=")
    if refused.status < 400 or "Files we accept" not in refused.text:
        raise Failed(f"the store's own answer {refused.status} is shown: {refused.text[:2000]}")
    sent = send_file(anybody, receipt, _picture())
    if sent.status not in {200, 201, 204, 303}:
        raise Failed(f"the store answered {sent.status}: {sent.text[:2000]}")
    until(
        lambda: SEALED in anybody.post(FOLLOWUP, code).text, "that the complaint's file was sealed"
    )
    added = anybody.post(f"{FOLLOWUP}add", {**anybody.post(FOLLOWUP, code).hidden, **MORE, **code})
    wrong = anybody.post(FOLLOWUP, {"receipt": "-".join(["0000"] * GROUPS)})
    if "received what you added" not in added.text or wrong.status == 200:
        raise Failed(f"coming back was answered {added.status}, a wrong code {wrong.status}")
    return "a complaint by somebody without an account, its file sealed, its code good for more,"


def posting(member: Visitor, today: date) -> str:
    """Register a company, claim its legacy credit, post a job and apply for it."""
    form = member.get(f"{JOBS}register/")
    address = _address(form)
    with tempfile.TemporaryDirectory() as folder:
        left = Path(folder, "left.csv")
        row = f"R-1,{address},Rehearsal Geomatics,1,{today + timedelta(days=90)}"
        left.write_text(f"reference,email,name,credits,expires_on\n{row}\n", encoding="utf-8")
        signet("credits", left)
    said = {"name": "Rehearsal Geomatics", "email": address}
    home = member.post(f"{JOBS}register/", {**form.hidden, **said})
    company = home.url.partition("?")[0]
    act = {"act": member.get(f"{company}credits/").hidden["act"]}  # of several forms
    member.post(f"{company}credits/carried", {**act, "reference": "R-1"})
    form = member.get(f"{company}postings/new/")
    done = member.post(f"{company}postings/new/", {**form.hidden, **JOB, "do": "publish"})
    number = done.url.partition("/postings/")[2].partition("/")[0]
    if not done.url.endswith("?saved=live"):
        raise Failed(f"the posting was answered {done.status} at {done.url}: {done.text[:2000]}")
    anybody = Visitor(member.deployed)
    until(lambda: JOB["title"] in anybody.get(f"/jobs/{number}/").text, "the posting on its page")
    if f"/jobs/{number}/" not in anybody.get("/jobs/").text:
        raise Failed("the posting isn't in the list of jobs")
    act = {"act": member.get(f"{JOBS}apply/{number}/").hidden["act"]}
    said = {"name": "Ana Lee", "email": address, "message": "I can.", "consent": "yes"}
    sent = member.post(f"{JOBS}apply/{number}/", {**act, **said})
    listed = member.get(f"{company}postings/{number}/applications/")
    if sent.status != 200 or "Ana Lee" not in listed.text:
        raise Failed(f"applying was answered {sent.status} at {sent.url}: {sent.text[:2000]}")
    return "a posting for a credit, public by the stream, and an application to it,"


def _address(page: Answer) -> str:
    """Return the address that somebody has signed in with: what the form is filled in with."""
    field = re.search(r'<input[^>]*name="email"[^>]*>', page.text)
    found = re.search(r'value="([^"]+)"', field[0]) if field else None
    if found is None:
        raise Failed(f"the form for a company isn't filled in: {page.text[-2000:]}")
    return unescape(found[1])


def send_file(visitor: Visitor, page: Answer, content: bytes, **changed: str) -> Answer:
    """Send a file by the first of a page's forms for one, with fields of it changed."""
    form = re.search(r'<form class="file-form\b.*?action="([^"]+)".*?</form>', page.text, re.DOTALL)
    if form is None:
        raise Failed(f"there is no form for a file: {page.text[-2000:]}")
    hidden = {**replace(page, text=form[0]).hidden, **changed}
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in hidden.items()]
    parts.append(b'name="file"; filename="picture.png"\r\n\r\n' + content)
    start = f"--{BOUNDARY}\r\nContent-Disposition: form-data; ".encode()
    body = b"".join(start + part + b"\r\n" for part in parts) + f"--{BOUNDARY}--\r\n".encode()
    return visitor.send(unescape(form[1]), body, f"multipart/form-data; boundary={BOUNDARY}")


def _picture() -> bytes:
    """Return a PNG of one grey point."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        sum_ = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", sum_)

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    point = zlib.compress(b"\0\x80")
    parts = chunk(b"IHDR", header), chunk(b"IDAT", point), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def proposed_entry(member: Visitor, today: date) -> str:
    """Propose an entry for a colleague's approval; return what shows that it is pending."""
    account = member.get("/services/account/").text
    (email,) = re.findall(r'class="account__who">.*?<bdi>(.+?)</bdi>', account, re.DOTALL)[:1]
    signet("grant", unescape(email), "register-officer", "--alone", "rehearsal")
    changed = member.get("/register/changes/").text
    numbers = re.findall(r"/register/members/([\w-]+)/", changed)
    other = next(number for number in numbers if number not in account)
    path = f"{REGISTER}records/member/{other}/enter/condition/"
    said = {
        "text": "Rehearsal of a condition",
        "effective_on": today.isoformat(),
        "authority": "rehearsal",
    }
    preview = member.post(path, {**member.get(path).hidden, **said})
    if "Nothing is proposed yet" not in preview.text:
        raise Failed(f"the register desk answered {preview.status} at {preview.url}")
    done = member.post(path, {**preview.hidden, "do": "propose"})
    if done.status != 200 or "Another officer has to approve it" not in done.text:
        raise Failed(f"the register desk answered {done.status} at {done.url}")
    return "an entry that waits for a second officer"


def request_of_leave(member: Visitor, today: date) -> str:
    """Ask for leave, from the draft to the public page: it restricts only oneself and needs nobody.

    The last of all: from here on the member doesn't practise.
    """
    form = member.get(REQUESTS)
    number = re.search(r"/register/members/([\w-]+)/", member.get("/services/account/").text)
    begun = member.post(f"{REQUESTS}start", {"act": form.hidden["act"], "kind": "status"})
    path = begun.url.partition("?")[0]
    section = member.get(f"{path}sections/change/")
    leave = {"change": "leave", "since": today.isoformat(), "understood": "yes"}
    member.post(f"{path}sections/change/", {**section.hidden, **leave})
    shown = member.get(f"{path}submit/")
    done = member.post(f"{path}submit/", {**shown.hidden, "agreed": "yes"})
    if number is None or done.status != 200 or "Done" not in done.text:
        raise Failed(f"the request was answered {done.status} at {done.url}: {done.text[:2000]}")
    page = f"/register/members/{number[1]}/"
    anybody = Visitor(member.deployed)
    until(lambda: "not practising" in anybody.get(page).text, "the leave on the public page")
    return "a request of leave, public by the stream,"


SUBMISSIONS: tuple[Submit, ...] = (
    cpd_activity,
    complaint,
    posting,
    proposed_entry,
    request_of_leave,
)
