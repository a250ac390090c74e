"""The kinds of problem that a person may accept, with `signet import --accept KIND`."""

from __future__ import annotations

from signet import text
from signet.register.importing.checks import NO_RECORD, ODD_DAY, ODD_NUMBER
from signet.register.importing.likeness import SAME_PERSON, SIMILAR_NUMBER

OTHER_PERSON = "other-person"
OLDER_FILE = "older-file"
NEWER_ENTRY = "newer-entry"
AGAINST_RULES = "against-rules"

ACCEPTABLE = {
    **text.ACCEPTABLE,
    ODD_NUMBER: "a number unlike all others, or one that a spreadsheet changed",
    ODD_DAY: "a beginning that is to come, or 1900-01-01, which stands for none",
    NO_RECORD: "a row that is no record; it is passed over",
    SIMILAR_NUMBER: "a number that is another's but for zeros, hyphens or case",
    SAME_PERSON: "a new number for the name and day of another record",
    OTHER_PERSON: "another person's name under a number that is held",
    OLDER_FILE: "a file of a day before the newest that was taken",
    NEWER_ENTRY: "a row that overrules what was entered after the file's day",
    AGAINST_RULES: "what entering would refuse: it is entered as what happened",
}
