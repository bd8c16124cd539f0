"""Reading one stored message again, wherever it lies now.

Mail is moved, copied and renumbered behind our back, so a folder and a UID are a hint and
never an identity: what is found counts only when it is the same letter.  Refuses to know
what the text is wanted for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mailsense.domain import LedgerOutcome, Message
from mailsense.errors import MailboxError, ParseError, Unreachable
from mailsense.pipeline.batches import HEAD, WHOLE
from mailsense.ports import Fetched, Item, LedgerRow, Mailbox, Store

_MOST_COPIES = 8
"""Letters under one Message-ID that are looked at in one folder."""


def places_of(store: Store, item: Item) -> Mapping[str, Sequence[LedgerRow]]:
    """Return by account every place where the message was seen, the remembered one first."""
    here = item.located
    first = LedgerRow(
        here.account, here.folder, here.uidvalidity, here.uid, LedgerOutcome.STORED, item.key
    )
    found: dict[str, list[LedgerRow]] = {}
    for row in (first, *reversed(store.places([item.key]))):
        found.setdefault(row.account, []).append(row)
    return found


def read_again(
    mailbox: Mailbox, message: Message, places: Sequence[LedgerRow], *, by_id: bool
) -> Message | None:
    """Given where a message was seen, fetch and return it, or None when it is in none of them.

    ``by_id`` says that no other letter is known under its Message-ID, which then tells it as
    well as its fingerprint does.  A folder that is gone is passed over.  Raise Unreachable
    when the connection is lost.
    """
    folders: dict[str, list[LedgerRow]] = {}
    for row in places:
        folders.setdefault(row.folder, []).append(row)
    for folder, rows in folders.items():
        try:
            for fetched in _candidates(mailbox, message, folder, rows):
                letter = _same(fetched, message, by_id=by_id)
                if letter is not None:
                    return letter
        except Unreachable:
            raise
        except MailboxError:  # the folder was removed or renamed: the next may hold it
            continue
    return None


def _candidates(
    mailbox: Mailbox, message: Message, folder: str, rows: Sequence[LedgerRow]
) -> Iterator[Fetched]:
    valid = mailbox.examine(folder).uidvalidity
    uids = [row.uid for row in rows if valid is not None and row.uidvalidity == valid]
    if message.message_id.isascii() and message.message_id.isprintable():
        uids += mailbox.find(folder, message.message_id) if message.message_id else ()
    for uid in list(dict.fromkeys(uids))[:_MOST_COPIES]:
        yield from mailbox.fetch(folder, [uid], limit=WHOLE)


def _same(fetched: Fetched, message: Message, *, by_id: bool) -> Message | None:
    """Return what was fetched when it is the same letter, else None.

    The fingerprint of a long letter may have been taken of its first bytes, and that of a
    mailing list's when it was skimmed.
    """
    from mailsense.mail.parse import parse, skim, tree

    try:
        whole = parse(fetched.raw, internaldate=fetched.internaldate, size=fetched.size)
        prints = {whole.fingerprint, parse(fetched.raw[:HEAD]).fingerprint}
        if skimmed := skim(tree(fetched.raw), fetched.internaldate, fetched.size):
            prints.add(skimmed[0].fingerprint)
    except ParseError:
        return None
    named = by_id and bool(message.message_id) and whole.message_id == message.message_id
    return whole if message.fingerprint in prints or named else None
