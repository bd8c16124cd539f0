"""Which folder is what: the ones to read, the Sent folder, the Drafts folder (design, rule 5).

Decides from the attributes of RFC 6154 and from the settings.  Drafts and Sent are never
guessed from a name: writing into the wrong folder, or taking one's own mail for somebody
else's, is worse than asking.  Only for leaving folders *out* are names read, because reading
less there is harmless: a server without attributes still calls its rubbish "Trash".
Refuses to know how folders are opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mailsense.ports import Folder

_VIEWS = frozenset({"\\flagged", "\\important"})
"""Views of what lies in other folders: nothing is missed without them."""

_TRASH_NAMES = frozenset(
    {
        "trash",
        "deleted",
        "deleted items",
        "deleted messages",
        "bin",
        "papierkorb",
        "gelöschte elemente",
        "gelöschte objekte",
        "gelöscht",
        "corbeille",
        "éléments supprimés",
        "messages supprimés",
        "papelera",
        "elementos eliminados",
        "cestino",
        "posta eliminata",
        "elementi eliminati",
        "prullenbak",
        "verwijderde items",
        "lixeira",
        "itens excluídos",
        "kosz",
        "elementy usunięte",
        "papirkurv",
        "papperskorgen",
        "roskakori",
        "koš",
        "корзина",
        "удаленные",
        "удалённые",
    }
)
_WAITING_NAMES = frozenset({"outbox", "postausgang", "templates", "vorlagen"})
"""What was written and not sent: to read it as sent would silence a chase."""
_DRAFT_NAMES = frozenset(
    {
        "drafts",
        "draft",
        "entwürfe",
        "brouillons",
        "borradores",
        "bozze",
        "concepten",
        "rascunhos",
        "kopie robocze",
        "szkice",
        "kladder",
        "utkast",
        "luonnokset",
        "koncepty",
        "черновики",
    }
)
_LEVELS = re.compile(r"[/.\\]")
_MOST_CANDIDATES = 12


@dataclass(frozen=True)
class Roles:
    """What each folder is for. ``why`` says of every folder why it is read or not."""

    read: tuple[str, ...]
    """In this order: Sent first, so that one's own answers are known before all else."""
    sent: str | None
    drafts: str | None
    problems: tuple[str, ...]
    why: Mapping[str, str]
    junk: frozenset[str] = frozenset()


def roles(
    folders: Sequence[Folder],
    *,
    sent: str = "",
    drafts: str = "",
    only: Sequence[str] = (),
    at: str = "",
) -> Roles:
    """Given the folders of an account and its settings, return what each is for.

    ``sent`` and ``drafts`` name what the server does not tell, and hold where it tells
    otherwise; ``only`` names the folders to read instead of the automatic choice (Sent is
    read all the same).  A name that does not exist is a problem, never passed over; ``at``
    is where the settings stand, such as "accounts.main.", for problems to name them.
    """
    open_ = [f for f in folders if f.selectable]
    problems: list[str] = []
    why: dict[str, str] = {f.name: "cannot be opened" for f in folders if not f.selectable}
    sent_name = _special(open_, "\\sent", sent, f"{at}sent", problems, why)
    drafts_name = _special(open_, "\\drafts", drafts, f"{at}drafts", problems, why)
    if sent_name is not None and sent_name == drafts_name:
        problems.append(f'sent and drafts are both "{sent_name}": set them to different folders')
        drafts_name = None
    if only:
        chosen = _named(open_, only, f"{at}folders", problems, why)
    else:
        chosen = _automatic(open_, drafts_name, why)
    if drafts_name is not None:
        why[drafts_name] = "Drafts are not read"
    read = [name for name in chosen if name not in (sent_name, drafts_name)]
    if sent_name is not None:
        read.insert(0, sent_name)
        why[sent_name] = "the Sent folder, read first"
    for folder in open_:
        why.setdefault(folder.name, "left out by the setting folders" if only else "read")
    junk = frozenset(f.name for f in open_ if "\\junk" in f.attributes)
    return Roles(tuple(read), sent_name, drafts_name, tuple(problems), why, junk)


def _special(
    folders: Sequence[Folder],
    attribute: str,
    setting: str,
    key: str,
    problems: list[str],
    why: dict[str, str],
) -> str | None:
    """Return the folder of that use: as set, else as the server tells, else add a problem."""
    told = [f.name for f in folders if attribute in f.attributes]
    use = attribute[1:].capitalize()
    if setting:
        name = _existing(folders, setting)
        if name is None:
            problems.append(
                f'there is no folder "{setting}": set {key} to one of {_candidates(folders)}'
            )
        else:
            why[name] = f"the setting {key} names it"
        return name
    if len(told) == 1:
        why[told[0]] = f"the server says it is {attribute.capitalize()}"
        return told[0]
    if told:
        problems.append(
            f"the server calls several folders {use} ({_quoted(told)}): set {key} to one of them"
        )
    else:
        problems.append(
            f"the server does not tell which folder is {use}: set {key} to one of "
            f"{_candidates(folders)}"
        )
    return None


def _named(
    folders: Sequence[Folder],
    only: Sequence[str],
    key: str,
    problems: list[str],
    why: dict[str, str],
) -> list[str]:
    chosen: list[str] = []
    for wanted in only:
        name = _existing(folders, wanted)
        if name is None:
            problems.append(
                f'there is no folder "{wanted}": correct {key}: there are {_candidates(folders)}'
            )
        elif name not in chosen:
            chosen.append(name)
            why[name] = "the setting folders names it"
    return chosen


def _automatic(folders: Sequence[Folder], drafts: str | None, why: dict[str, str]) -> list[str]:
    whole = [f for f in folders if "\\all" in f.attributes]
    if whole:
        junk = [f.name for f in folders if "\\junk" in f.attributes]
        why.update(dict.fromkeys(junk, "not in the folder with all mail, so read too"))
        why[whole[0].name] = "the server says it holds all mail"
        for folder in folders:
            why.setdefault(folder.name, f"its mail is in {whole[0].name} too")
        return [whole[0].name, *(name for name in junk if name != whole[0].name)]
    reasons = _left_out(folders, drafts)
    why.update(reasons)
    # INBOX first of the rest: when reading breaks off, the newest mail is there
    rest = [f.name for f in folders if f.name not in reasons]
    return sorted(rest, key=lambda name: name.upper() != "INBOX")


def _left_out(folders: Sequence[Folder], drafts: str | None) -> dict[str, str]:
    """Return each folder that is not read, with the reason; its subfolders share its fate."""
    has_trash = any("\\trash" in f.attributes for f in folders)
    reasons: dict[str, str] = {}
    for folder in folders:
        last = _LEVELS.split(folder.name)[-1].strip().casefold()
        if "\\trash" in folder.attributes:
            reasons[folder.name] = "Trash is not read"
        elif folder.name == drafts or "\\drafts" in folder.attributes:
            reasons[folder.name] = "Drafts are not read"
        elif folder.attributes & _VIEWS:
            reasons[folder.name] = "shows mail of other folders once more"
        elif not folder.attributes & {"\\sent", "\\junk", "\\archive"}:
            if not has_trash and last in _TRASH_NAMES:
                reasons[folder.name] = "called like Trash, so not read"
            elif last in _WAITING_NAMES or (drafts is None and last in _DRAFT_NAMES):
                reasons[folder.name] = "called like unsent mail, so not read"
    for folder in folders:
        for above in tuple(reasons):
            below = folder.name[len(above) : len(above) + 1]
            if folder.name.startswith(above) and below in ("/", "."):
                reasons.setdefault(folder.name, f"lies in {above}")
    return reasons


def _existing(folders: Iterable[Folder], wanted: str) -> str | None:
    """Return the folder of that name; INBOX in any case (RFC 3501, 5.1)."""
    for folder in folders:
        both_inbox = folder.name.upper() == wanted.upper() == "INBOX"
        if folder.name == wanted or both_inbox:
            return folder.name
    return None


def _candidates(folders: Sequence[Folder]) -> str:
    names = [f.name for f in folders]
    more = len(names) - _MOST_CANDIDATES
    shown = _quoted(names[:_MOST_CANDIDATES])
    return f"{shown} and {more} more" if more > 0 else shown or "none at all"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
