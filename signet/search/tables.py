"""The table of the search. It holds names and nothing secret; a page scans none of it.

By partition key (`place`) and sort key (`entry`):

- `word#CAM`, `campbell#member#100001`: that a record is found by a word. The place is the word's
  beginning, so that one query finds all words that begin like it; `others` are the record's further
  words, by which that query is narrowed.
- `email#KEYED`, `member#100001`: that a record has an e-mail address, as accounts' keyed hash.
- `record#member#100001`, `register`: what is held of a record from one of the tables
  (model.Holding), with a version that every change names. What is found is checked against it.
- `rebuild`, `rebuild`: how far filling the index by command has come.
"""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

WORD, EMAIL, RECORD, REBUILD = "word#", "email#", "record#", "rebuild"


class SearchRow(Model):
    """One row; the module's docstring lists its keys."""

    class Meta:
        table_name = "search"
        billing_mode = "PAY_PER_REQUEST"

    place = UnicodeAttribute(hash_key=True)
    entry = UnicodeAttribute(range_key=True)
    others = UnicodeAttribute(null=True)
    body = UnicodeAttribute(null=True)  # JSON
    version = NumberAttribute(null=True)


MODELS: tuple[type[Model], ...] = (SearchRow,)
