"""A past for a story: many like waits at once, so that twenty answers need not be told singly.

``[[past]]`` in a story: ``times`` firms with a robot's receipt (``stage = "applied"``) or a talk
that the user agreed to (``"interview"``), all of them ``begun`` at one time; each says no after
``answered`` working days, or nothing where that is missing.  ``firm`` names one firm for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_FIRST = "Amber Birch Cedar Dover Ember Fable Garnet Heron Ivory Juniper Kestrel Larch".split()
_LAST = "Quarry Works Foundry Press Orchard Bakery Mills Pottery".split()
_ROLES = "Baker Printer Gardener Potter Miller Smith Joiner Tailor Clerk Driver".split()


def mails(pasts: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the mails of all pasts, named past-1-1 (the first of the first), past-1-1-no …."""
    for place, past in enumerate(pasts, 1):
        for n in range(past["times"]):
            place_ = (place - 1) * 30 + n
            firm = f"{_FIRST[place_ % 12]} {_LAST[place_ // 12 % 8]}"
            name = past.get("firm", firm)
            role = _ROLES[n % 10] if "firm" in past else "Keeper"
            yield from _process(f"past-{place}-{n + 1}", name, role, past)


def _process(id: str, firm: str, role: str, past: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    domain = f"{firm.replace(' ', '').lower()}.example"
    robot = f"{firm} Careers <no-reply@{domain}>"
    subject = f"Your application for {role} at {firm}"
    wait = id
    if past["stage"] == "applied":
        body = f"Thank you for applying for the position of {role} at {firm}."
        yield {"id": id, "from": robot, "subject": subject, "date": past["begun"],
               "kind": "acknowledgement", "body": body}  # fmt: skip
    else:
        person = f"Kim Vane <kim.vane@{domain}>"
        body = f"We would like to invite you to an interview for the {role} role.\n\nKim Vane"
        yield {"id": id, "from": f"{person}", "subject": subject, "date": past["begun"],
               "kind": "interview", "body": f"{body}\nRecruiter, {firm}"}  # fmt: skip
        wait = f"{id}-yes"
        yes = "Hello Kim, any morning suits me. When may I hear from you?\n\nRobin"
        yield {"id": wait, "sent": True, "re": id, "date": f"{id} + 1 working day", "body": yes}
    if "answered" in past:
        no = {"subject": subject, "from": robot} if wait == id else {"re": id, "from": person}
        yield {**no, "id": f"{id}-no", "date": f"{wait} + {past['answered']} working days",
               "kind": "rejection", "reason": "not-selected",
               "body": f"We chose somebody else as {role} at {firm}."}  # fmt: skip
