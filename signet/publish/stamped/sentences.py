"""The sentences in which a stamp is answered for, published as data for the page and the command.

Words in braces are filled in by `signet.publish.stamped.decision` and `site/assets/check.js`.
"""

from __future__ import annotations

TITLES = {
    "good": "Good on that day",
    "conditional": "Good on that day, under conditions",
    "bad": "Not good on that day",
    "unclear": "The register can’t tell",
    "standing": "Registered and permitted",
    "scope": "Scope of practice that day",
    "field": "Field",
    "permit": "Permit to practise",
    "responsible": "Responsible member",
    "conditions": "Conditions",
    "learned": "Learned later",
    "untold": "What the register can’t tell",
}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
SENTENCES = {
    # The answer in a sentence, where all is well. Otherwise it is that of the part that decides.
    "good.own_name": "On {on} {name} ({member}) was permitted to practise{in_field}, {within}. "
    "Without a permit, the stamp is good for work in their own name only.",
    "good.responsible": "On {on} {name} ({member}) was permitted to practise{in_field}, {within}, "
    "and was a responsible member of {holder}, whose permit {permit} was in force.",
    "good.under": "On {on} {name} ({member}) was permitted to practise{in_field}, {within}, and "
    "permit {permit} of {holder} was in force, with a responsible member.",
    "in_field": " in the field {field}",
    "within.scope": "within the scope below",
    "within.conditions": "within the scope and under the conditions below",
    # Registered and permitted.
    "standing.permitted": "{words} since {since}. Titles: {titles}.",
    "standing.forbidden": "{name} ({member}) wasn’t permitted to practise on {on}: {reason}.",
    "standing.titled": "{name} ({member}) held no title on {on} that allows independent practice "
    "({titles}).",
    "standing.untitled": "{name} ({member}) held no title on {on} that allows independent "
    "practice.",
    "standing.beside": "{name} ({member}) was in good standing on {on} as {title}. That title’s "
    "stamp counts only beside {beside}: look for that one.",
    "standing.not_known": "The register doesn’t know the standing of {name} ({member}) on {on}.",
    "standing.before": "The register tells of {name} ({member}) only from {first} on, not of {on}.",
    "standing.nobody": "This register has nobody with the number {member}. Check the number on the "
    "stamp. If it is a stamp of others, such as {others}, ask them.",
    "standing.future": "The register is current to {current_to}. It can’t tell of {on} yet.",
    # Scope and field.
    "scope.held": "No practice outside it was permitted.",
    "scope.head": "{designation}: {discipline}",
    "scope.activities": "Activities: {activities}",
    "scope.limits": "Limits: {limits}",
    "field.covered": "{field} was in the scope that day.",
    "field.outside": "{field} wasn’t in the scope of {name} ({member}) on {on}.",
    "field.not_permit": "{field} wasn’t a field of permit {permit} on {on}.",
    "field.unanswered": "No responsible member’s scope covered {field} under permit {permit} on "
    "{on}.",
    "field.apart": "No field of permit {permit} on {on} ({fields}) was in the scope of {name} "
    "({member}).",
    # The permit.
    "permit.none": "No permit number was asked about. A sole practitioner needs none. Practice "
    "through a company or any other organization needs its permit, and the document shows its "
    "number.",
    "permit.unknown": "{permit} isn’t a permit on this register. It may be one of others, such as "
    "{others}: ask them.",
    "permit.in_force": "{holder} ({permit}): {words} since {since}.",
    "permit.not_in_force": "Permit {permit} of {holder} wasn’t in force on {on}: {reason}.",
    "permit.unanswered": "Permit {permit} of {holder} was in force on {on}, but nobody could use "
    "its number: {reason}.",
    "permit.not_known": "The register doesn’t know the standing of permit {permit} of {holder} on "
    "{on}.",
    "permit.before": "The register tells of permit {permit} of {holder} only from {first} on, not "
    "of {on}.",
    "responsible.is": "{name} was a responsible member of {holder}.",
    "responsible.under": "{name} wasn’t a responsible member of {holder}. Others may work under "
    "one, and only a responsible member may put the permit number on the document:",
    "member.named": "{name} ({number})",
    # Conditions.
    "conditions.some": "The practice was subject to these conditions:",
    "conditions.none": "None that day.",
    "condition.permit": "On the permit:",
    "condition.since": "Since {since}.",
    "condition.private": "A condition applies. Its wording isn’t public.",
    # What was recorded after that day.
    "learned.some": "Something about that day was recorded after it. The answer is what the "
    "register says of the day now.",
    "learned.nothing": "Nothing about that day was recorded after it.",
    "learned.now": "About {who}: what is said above was recorded on {recorded}.",
    "learned.then": "About {who}: from {from} until {until} the register said of that day: "
    "{statement}",
    # What no register can tell.
    "untold.genuine": "Whether the document is genuine, and whether it was this person who stamped "
    "it. Ask them.",
    "untold.employed": "Who works for a permit holder. Ask the responsible member.",
}
