"""Delivering: what a human approved is laid into Drafts, or sent. At most once.

The states of one write are committed before it begins: approved → pending receipt →
done, failed or unknown.  Every letter has its Message-ID from the beginning, so an
unknown outcome is looked up in Drafts and Sent.  An APPEND that is in neither was not
done and is done again; a submission whose end was never told is shown to the user and
never repeated by itself (smtplib raises the same error before DATA and after the final
dot; see RFC 5321 §4.5.3.2.6 on the lost answer).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailsense.domain import (
    Action,
    Decision,
    Draft,
    DraftState,
    Receipt,
    ReceiptState,
)
from mailsense.errors import DeliveryUnknown, MailboxError, Unreachable, UserError
from mailsense.ports import DraftFolder, Mailbox, Store, Transport

_PENDING = (ReceiptState.PENDING, ReceiptState.UNKNOWN)
_COPY_LIMIT = 4_194_304


def approved_digest(store: Store, draft: Draft) -> str:
    """Return the digest that the newest approval of this draft is bound to, or ""."""
    digest = ""
    for decision in store.decisions(draft=draft.id):
        if decision.action is Action.APPROVE:
            digest = decision.digest
        elif decision.action in (Action.EDIT, Action.UNDO, Action.DISCARD):
            digest = ""
    return digest


def require_approval(store: Store, draft: Draft) -> None:
    """Raise UserError unless a human approved exactly this text (rule 1 of the design)."""
    if approved_digest(store, draft) != draft.digest:
        raise UserError(
            f"{draft.id}: was changed after it was approved, or never approved: "
            f"look at it with `mailsense review`"
        )


@dataclass(frozen=True)
class Placing:
    """Laying approved drafts of one account into its Drafts folder."""

    store: Store
    writer: DraftFolder
    drafts: str
    sent: str | None
    at: datetime
    """Now, in the user's zone: it becomes the Date header."""

    def place(self, draft: Draft) -> Receipt:
        """Given an approved draft, APPEND it once and return the receipt.

        Raise UserError when the approval does not cover the text, MailboxError when the
        server refuses, DeliveryUnknown when it never answered.
        """
        from mailsense.mail.compose import compose

        require_approval(self.store, draft)
        for row, receipt in self.store.receipts(draft.id):
            if receipt.via != "append" or receipt.state is ReceiptState.FAILED:
                continue
            found = self._look_up(draft)
            if found is not None:
                return self._done(row, replace(receipt, folder=found[0], uid=found[1]), draft)
            if receipt.state in _PENDING:
                self.store.save_receipt(row, replace(receipt, state=ReceiptState.FAILED))
        receipt = Receipt(
            draft.id,
            "append",
            draft.message_id,
            draft.digest,
            ReceiptState.PENDING,
            self.at,
            self.drafts,
        )
        row = self.store.add_receipt(receipt)
        raw = compose(draft, at=self.at)
        try:
            uid = self.writer.append(self.drafts, raw, flags=("\\Draft", "\\Seen"), at=self.at)
        except DeliveryUnknown:
            self.store.save_receipt(row, replace(receipt, state=ReceiptState.UNKNOWN))
            raise
        except MailboxError as error:
            failed = replace(receipt, state=ReceiptState.FAILED, detail=str(error))
            self.store.save_receipt(row, failed)
            raise
        return self._done(row, replace(receipt, uid=uid), draft)

    def _look_up(self, draft: Draft) -> tuple[str, int] | None:
        for folder in (self.drafts, self.sent):
            if folder:
                uids = self.writer.find(folder, draft.message_id)
                if uids:
                    return folder, uids[-1]
        return None

    def _done(self, row: int, receipt: Receipt, draft: Draft) -> Receipt:
        receipt = replace(receipt, state=ReceiptState.DONE)
        state = DraftState.SENT if receipt.folder == self.sent else DraftState.DELIVERED
        with self.store.transaction():
            self.store.save_receipt(row, receipt)
            self.store.save_draft(replace(draft, state=state))
        return receipt


def place_all(
    store: Store, account: str, placing: Callable[[], Placing]
) -> tuple[list[str], list[str]]:
    """Place every approved draft of the account; return the ids placed, and the problems.

    ``placing`` connects, and is called only when there is something to place.
    """
    waiting = [d for d in store.drafts((DraftState.APPROVED,)) if d.account == account]
    if not waiting:
        return [], []
    placed: list[str] = []
    problems: list[str] = []
    connected = placing()
    for draft in waiting:
        try:
            connected.place(draft)
            placed.append(draft.id)
        except (DeliveryUnknown, Unreachable) as error:  # this connection is of no use any more
            problems.extend(error.problems)
            break
        except UserError as error:
            problems.extend(error.problems)
    return placed, problems


@dataclass(frozen=True)
class Withdrawing:
    """Taking back copies in Drafts that new mail has overtaken, as long as they are ours."""

    store: Store
    mailbox: Mailbox
    writer: DraftFolder
    drafts: str
    at: datetime

    def withdraw(self, draft: Draft) -> bool:
        """Remove the unchanged copy of a stale draft from Drafts; return whether it was there.

        A copy that the user changed is the user's, and stays.  Raise MailboxError.
        """
        from mailsense.mail.compose import read_digest

        uids = list(self.mailbox.find(self.drafts, draft.message_id))
        fetched = list(self.mailbox.fetch(self.drafts, uids[-1:], limit=_COPY_LIMIT))
        mine = bool(fetched) and read_digest(fetched[0].raw) == draft.digest
        if mine:
            self.writer.remove(self.drafts, uids[-1])
        state = ReceiptState.DONE if mine else ReceiptState.FAILED
        detail = "" if mine else "gone or changed there"
        self.store.add_receipt(
            Receipt(
                draft.id, "remove", draft.message_id, draft.digest, state, self.at, self.drafts,
                uids[-1] if uids else None, detail,
            )
        )  # fmt: skip
        return mine


def to_withdraw(store: Store, account: str) -> list[Draft]:
    """Return drafts whose copies in Drafts are of no use any more and were not yet looked for.

    Overtaken by new mail, or answered by the user in another letter than ours.
    """
    found = []
    for draft in store.drafts((DraftState.STALE, DraftState.SENT)):
        if draft.state is DraftState.SENT and not _answered_otherwise(store, draft):
            continue
        if draft.account == account and lies_in_drafts(store, draft.id):
            found.append(draft)
    return found


def lies_in_drafts(store: Store, id: str) -> bool:
    """True when a draft's copy was laid into Drafts and was not yet looked for to remove it."""
    receipts = [receipt for _, receipt in store.receipts(id)]
    placed = any(r.via == "append" and r.state is ReceiptState.DONE for r in receipts)
    return placed and not any(
        r.via == "remove" and r.state is not ReceiptState.PENDING for r in receipts
    )


def _answered_otherwise(store: Store, draft: Draft) -> bool:
    return any(
        d.action is Action.SENT_ELSEWHERE and d.message_key != draft.message_id
        for d in store.decisions(draft=draft.id)
    )


@dataclass(frozen=True)
class Sending:
    """Sending approved letters of one account by SMTP (RFC 6409)."""

    store: Store
    mailbox: Mailbox
    writer: DraftFolder
    transport: Callable[[], Transport]
    """Connects; called only when there is something to send."""
    drafts: str | None
    sent: str | None
    saves_sent: bool
    at: datetime

    def check(self, draft: Draft) -> int | None:
        """Raise UserError when the letter must not go; return the UID of its copy in Drafts.

        Sent already, outcome of an earlier attempt unknown, not approved as it stands,
        or the copy in Drafts differs (edited there) or is gone (sent or deleted there).
        """
        from mailsense.mail.compose import read_digest

        if draft.state is DraftState.UNKNOWN or any(
            r.via == "smtp" and r.state in _PENDING for _, r in self.store.receipts(draft.id)
        ):
            raise UserError(
                f"{draft.id}: an earlier attempt broke off and may have gone out: look into "
                f"Sent, then `mailsense drafts discard {draft.id}` or `mailsense send --again "
                f"{draft.id}`"
            )
        if draft.state not in (DraftState.APPROVED, DraftState.DELIVERED):
            raise UserError(
                f"{draft.id}: is {draft.state.value}, and only approved drafts are sent"
            )
        require_approval(self.store, draft)
        if draft.state is DraftState.APPROVED:
            return None
        copies = list(self.mailbox.find(self.drafts, draft.message_id)) if self.drafts else []
        if not copies:
            raise UserError(
                f"{draft.id}: its copy in {self.drafts} is gone: you have sent or deleted it there"
            )
        fetched = list(self.mailbox.fetch(self.drafts or "", copies[-1:], limit=_COPY_LIMIT))
        if not fetched or read_digest(fetched[0].raw) != draft.digest:
            raise UserError(
                f"{draft.id}: its copy in {self.drafts} was edited there: send it from your mail "
                f"client, or discard it"
            )
        return copies[-1]

    def send(self, draft: Draft) -> Receipt:
        """Send one approved letter at most once, and keep a copy in Sent.

        Raise UserError when it must not go, MailboxError when surely nothing was sent,
        DeliveryUnknown when the end was never told (the draft is then ``unknown``).
        """
        from mailsense.mail.compose import compose

        copy = self.check(draft)
        receipt = Receipt(
            draft.id, "smtp", draft.message_id, draft.digest, ReceiptState.PENDING, self.at
        )
        raw = compose(draft, at=self.at, keep_bcc=False)
        recipients = [a.email for a in (*draft.to, *draft.cc, *draft.bcc)]
        transport = self.transport()
        row = self.store.add_receipt(receipt)
        try:
            transport.send(raw, draft.from_.email, recipients)
        except DeliveryUnknown:
            with self.store.transaction():
                self.store.save_receipt(row, replace(receipt, state=ReceiptState.UNKNOWN))
                self.store.save_draft(replace(draft, state=DraftState.UNKNOWN))
            raise
        except MailboxError as error:
            failed = replace(receipt, state=ReceiptState.FAILED, detail=str(error))
            self.store.save_receipt(row, failed)
            raise
        finally:
            transport.close()
        receipt = replace(receipt, state=ReceiptState.DONE)
        with self.store.transaction():
            self.store.save_receipt(row, receipt)
            self.store.save_draft(replace(draft, state=DraftState.SENT))
            self.store.add_decision(
                Decision(Action.SEND, self.at, draft=draft.id, digest=draft.digest)
            )
        return replace(receipt, detail="; ".join(self._tidy(draft, copy)))

    def _tidy(self, draft: Draft, copy: int | None) -> list[str]:
        """Keep the copy in Sent and remove the one in Drafts; return what went wrong.

        The letter is out: a failure here is told, and is no failure of the sending.  The
        copy in Sent keeps its Bcc, as that in Drafts.
        """
        from mailsense.mail.compose import compose

        problems: list[str] = []
        try:
            if (
                self.sent
                and not self.saves_sent
                and not self.writer.find(self.sent, draft.message_id)
            ):
                raw = compose(draft, at=self.at)
                self.writer.append(self.sent, raw, flags=("\\Seen",), at=self.at)
            if copy is not None and self.drafts:
                self.writer.remove(self.drafts, copy)
        except MailboxError as error:
            problems.extend(error.problems)
        return problems


def resolve_unknown(store: Store, mailbox: Mailbox, account: str, sent: str | None) -> list[str]:
    """Look up letters whose sending broke off; return the ids found in Sent after all.

    A pending submission left by a killed process becomes ``unknown`` here: shown, and
    never repeated by itself.
    """
    found: list[str] = []
    for draft in store.drafts((DraftState.APPROVED, DraftState.DELIVERED, DraftState.UNKNOWN)):
        if draft.account != account:
            continue
        pending = _pending(store, draft.id)
        if not pending:
            continue
        there = bool(sent and mailbox.find(sent, draft.message_id))
        state = ReceiptState.DONE if there else ReceiptState.UNKNOWN
        with store.transaction():
            for row, receipt in pending:
                store.save_receipt(row, replace(receipt, state=state))
            store.save_draft(replace(draft, state=DraftState.SENT if there else DraftState.UNKNOWN))
        if there:
            found.append(draft.id)
    return found


def _pending(store: Store, draft: str) -> Sequence[tuple[int, Receipt]]:
    return [(n, r) for n, r in store.receipts(draft) if r.via == "smtp" and r.state in _PENDING]
