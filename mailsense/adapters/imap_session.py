"""One logged-in IMAP connection, and the reading commands that reading and writing share.

Decides how a failure is told: as ``Unreachable`` when trying again may help, else as
``MailboxError``, in one line with the way out.  Refuses to know what is read or written and
why.  Commands go to imaplib underneath IMAPClient and answers to ``imap_lines``:
IMAPClient's own parser gives up a whole answer for one keyword out of grammar.
"""

from __future__ import annotations

import binascii
import contextlib
import imaplib
import re
from collections.abc import Iterator, Sequence
from typing import Any

from mailsense.adapters import imap_lines as lines
from mailsense.adapters.secrets import Secret
from mailsense.adapters.wire import Place, explain, server_text
from mailsense.errors import MailboxError, Unreachable
from mailsense.ports import Folder, FolderState

_GOODBYE_TIMEOUT = 5.0
_TEMPORARY = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "THROTTLED", "OVERQUOTA"})
"""Codes of a NO that says nothing about the message asked for (RFC 5530, and Gmail's)."""

_BAD = re.compile(r"BAD \[b(['\"])(.*)\1\]", re.DOTALL)
_ID_FIELDS = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID X-MICROSOFT-ORIGINAL-MESSAGE-ID)]"
_ID = re.compile(
    rb"^(?:X-Microsoft-Original-)?Message-ID[ \t]*:\s*<?([^\r\n>]*)", re.IGNORECASE | re.MULTILINE
)
# Case: some servers (Coremail) refuse to open any folder to a client without a name
_UNSAFE_LOGIN = re.compile(r"unsafe login", re.IGNORECASE)
_FIND_BATCH = 500


class Refused(MailboxError):
    """A clear NO or BAD: ``said`` is the server's text, ``code`` its response code."""

    def __init__(self, problem: str, said: str) -> None:
        super().__init__(problem)
        self.said = said
        self.code, self.argument = lines.code(said)

    @property
    def temporary(self) -> bool:
        """True when the refusal is about the server's state, not about what was asked."""
        return self.code in _TEMPORARY


class Session:
    """A logged-in connection. Every method raises ``Unreachable`` or ``MailboxError``."""

    def __init__(self, client: Any, place: Place, secret: Secret, account: str) -> None:
        self.place = place
        self.account = account
        self._client = client
        self._secret = secret
        self._raw_names: dict[str, bytes] | None = None
        self._open: str | None = None
        self._broken: MailboxError | None = None
        self.state = FolderState(0, None, None)
        """Of the folder that is open, as EXAMINE told it."""

    @property
    def imap(self) -> Any:
        """The imaplib connection underneath."""
        return self._client._imap

    @contextlib.contextmanager
    def speaking(self, doing: str) -> Iterator[None]:
        """Turn what sockets, imaplib and IMAPClient raise into the errors of this project.

        Their texts may quote what the server sent, mail included: only status texts pass.
        """
        if self._broken is not None:
            raise Unreachable(self._broken.problems)
        try:
            yield
        except imaplib.IMAP4.readonly:
            raise MailboxError(
                f"{self.place}: this folder can only be read: ask your provider for the right "
                "to write to it, or choose another folder"
            ) from None
        except imaplib.IMAP4.abort:
            raise self._break(self._hung_up()) from None
        except (imaplib.IMAP4.error, UnicodeError, binascii.Error) as error:
            bad = _BAD.search(str(error))
            if bad:
                raise self._refused(bad[2], doing) from None
            odd = MailboxError(
                f"{self.place} was asked {doing} and answers out of grammar: try again later, "
                "or tell your provider"
            )
            raise self._break(odd) from None
        except OSError as error:
            raise self._break(explain(error, self.place)) from None

    def _break(self, error: MailboxError) -> MailboxError:
        """Remember that the connection is gone: a late answer must not be taken for another's."""
        self._broken = error
        with contextlib.suppress(OSError, ValueError):
            self.imap.shutdown()
        return error

    def _hung_up(self) -> Unreachable:
        bye = self.imap.untagged_responses.get("BYE")
        if bye:
            said = server_text(bye[-1], self._secret.value)
            return Unreachable(f"{self.place} closed the connection ({said}): try again later")
        return Unreachable(f"{self.place} broke the connection off: try again later")

    def _refused(self, said: str, doing: str, way_out: str = "try again later") -> Refused:
        text = server_text(said, self._secret.value)
        return Refused(f"{self.place} refuses {doing} ({text}): {way_out}", text)

    def granted(
        self, typ: str, data: Sequence[Any], doing: str, way_out: str = "try again later"
    ) -> Sequence[Any]:
        """Given an answer, return its data when it is OK. Raise ``Refused`` when it is not."""
        if typ != "OK":
            last = data[-1] if data and isinstance(data[-1], bytes) else b""
            raise self._refused(server_text(last), doing, way_out)
        return data

    def capabilities(self) -> frozenset[str]:
        """Return the capabilities, upper-case."""
        with self.speaking("for its capabilities"):
            said = self._client.capabilities()
        return frozenset(c.decode("ascii", "replace").upper() for c in said)

    def folders(self) -> list[Folder]:
        """Return every folder; remember its name byte for byte as the server wrote it."""
        doing, extended = "to list the folders", {"SPECIAL-USE", "LIST-EXTENDED"}
        with self.speaking(doing):
            typ, data = "NO", [b""]
            if extended <= self.capabilities():  # RFC 6154: a plain LIST need not tell the use
                typ, data = self.imap._simple_command("LIST", '""', '"*"', "RETURN (SPECIAL-USE)")
            if typ != "OK":
                typ, data = self.imap._simple_command("LIST", '""', '"*"')
            self.granted(typ, data, doing)
            _, data = self.imap._untagged_response(typ, data, "LIST")
        names: dict[str, bytes] = {}
        found: dict[str, Folder] = {}
        for raw, attributes in lines.listed(data):
            name = lines.decoded_name(raw)
            if names.get(name, raw) != raw:  # two names that decode alike stay apart
                name = raw.decode("latin-1")
            names[name] = raw
            found[name] = Folder(name, attributes)
        self._raw_names = names
        return list(found.values())

    def wire_name(self, folder: str) -> bytes:
        """Return the folder's name as a quoted argument."""
        if self._raw_names is None and not (folder.isascii() and "&" not in folder):
            self.folders()
        raw = (self._raw_names or {}).get(folder) or lines.encoded_name(folder)
        try:
            return lines.quoted(raw)
        except ValueError:
            raise MailboxError(
                f"{self.place}: the name of a folder holds a line break: rename it in your "
                "mail client"
            ) from None

    def examine(self, folder: str) -> FolderState:
        """EXAMINE ``folder`` and return its state."""
        name, shown = self.wire_name(folder), server_text(folder)
        doing = f"to open the folder {shown}"
        self._open = None
        with self.speaking(doing):
            typ, data = self.imap.select(name, readonly=True)
            if (
                typ != "OK"
                and _UNSAFE_LOGIN.search(server_text(data[-1]))
                and "ID" in self.capabilities()
            ):
                self._client.id_({"name": "imap"})
                typ, data = self.imap.select(name, readonly=True)
            way_out = f"check its name under [accounts.{self.account}], or in your mail client"
            self.granted(typ, data, doing, way_out)
        self._open = folder
        unsteady = "UIDNOTSTICKY" in self.imap.untagged_responses
        self.state = FolderState(
            exists=self._number("EXISTS") or 0,
            # Case UIDNOTSTICKY (RFC 4315): a number, and yet no UID that lasts
            uidvalidity=None if unsteady else self._number("UIDVALIDITY") or None,
            uidnext=self._number("UIDNEXT") or None,
            highestmodseq=self._number("HIGHESTMODSEQ") or None,
        )
        return self.state

    def _number(self, name: str) -> int | None:
        said = self.imap.untagged_responses.get(name) or [None]
        digits = said[-1].strip() if isinstance(said[-1], bytes) else b""
        return int(digits) if digits.isdigit() and len(digits) < 20 else None

    def open(self, folder: str) -> bool:
        """EXAMINE ``folder`` unless it is open; return whether that was needed."""
        if self._open == folder:
            return False
        self.examine(folder)
        return True

    def opened_otherwise(self) -> None:
        """Say that no folder is open for reading any more."""
        self._open = None

    def uid(self, doing: str, command: str, *arguments: str) -> list[lines.Line]:
        """Give a UID command and return its untagged answers. Raise ``Refused`` on a NO."""
        with self.speaking(doing):
            self.imap.untagged_responses.pop(command, None)
            typ, data = self.imap.uid(command, *arguments)
        return list(self.granted(typ, data, doing))

    def search(self, folder: str, criteria: str) -> list[int]:
        """UID SEARCH the open folder; ``criteria`` are ASCII without line breaks."""
        doing = f"to search {server_text(folder)}"
        return lines.searched(self.uid(doing, "SEARCH", criteria))

    def find(self, folder: str, message_id: str) -> list[int]:
        """Return the UIDs of the messages with exactly that Message-ID, ascending.

        Raise ValueError unless it is printable ASCII.  Exchange gives sent mail a new
        Message-ID and keeps the sender's in X-Microsoft-Original-Message-ID.
        """
        wanted = message_id.strip().removeprefix("<").removesuffix(">")
        argument = lines.printable(wanted).decode("ascii")
        if not wanted:
            return []
        if not self.open(folder):
            self.noop()  # what came in since the folder was opened counts too
        for header in ("Message-ID", "X-Microsoft-Original-Message-ID"):
            hits = self.search(folder, f"HEADER {header} {argument}")
            exact = self._with_id(folder, hits, wanted.encode("ascii"))
            if exact:
                return exact
        return []

    def _with_id(self, folder: str, uids: Sequence[int], wanted: bytes) -> list[int]:
        """SEARCH HEADER finds substrings: keep the UIDs whose id is the same."""
        exact: list[int] = []
        for chosen, _ in lines.uid_sets(uids, most=_FIND_BATCH):
            answers = self.uid(f"to read {server_text(folder)}", "FETCH", chosen, f"({_ID_FIELDS})")
            for uid, parts in lines.fetched(answers).items():
                if any(said.strip() == wanted for said in _ID.findall(parts.body or b"")):
                    exact.append(uid)
        return sorted(exact)

    def noop(self) -> None:
        """Let the server tell what changed."""
        with self.speaking("for news"):
            self.imap.noop()

    def close(self) -> None:
        """LOGOUT; whatever fails is of no interest any more."""
        self._open = None
        if self._broken is not None:
            return
        self._broken = Unreachable(f"{self.place}: this connection is closed")
        with contextlib.suppress(OSError, imaplib.IMAP4.error, ValueError):
            self._client.socket().settimeout(_GOODBYE_TIMEOUT)
            self._client.logout()
        with contextlib.suppress(OSError, ValueError):
            self.imap.shutdown()
