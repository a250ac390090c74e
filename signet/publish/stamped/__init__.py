"""Was this stamp good on that day? What the published files answer, and what they can't tell.

`decision` decides from published documents alone, as `site/assets/check.js` does in the browser;
`rules` makes the file in which the build publishes what both need: lists and sentences.
"""

from signet.publish.stamped.decision import decide
from signet.publish.stamped.model import Answer, Asked, Documents, TooOld
from signet.publish.stamped.rules import RULES, document

__all__ = ["RULES", "Answer", "Asked", "Documents", "TooOld", "decide", "document"]
