"""Which folders are read, and which is Sent and Drafts (design, rule 5; RFC 6154)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.mail.folders import Roles, roles
from mailsense.ports import Folder


def folders(*described: str) -> list[Folder]:
    """Given ``name`` or ``name \\attribute …``, return folders."""
    made = []
    for text in described:
        name, *attributes = text.split(" \\")
        made.append(Folder(name, frozenset(f"\\{a}" for a in attributes)))
    return made


USUAL = folders("INBOX", "Jobs", "Sent \\sent", "Drafts \\drafts", "Trash \\trash", "Junk \\junk")
GMAIL = folders(
    "INBOX",
    "Jobs",
    "[Gmail] \\noselect",
    "[Gmail]/All Mail \\all",
    "[Gmail]/Drafts \\drafts",
    "[Gmail]/Important \\important",
    "[Gmail]/Sent Mail \\sent",
    "[Gmail]/Spam \\junk",
    "[Gmail]/Starred \\flagged",
    "[Gmail]/Trash \\trash",
)
BARE = folders("INBOX", "Sent", "Drafts", "Trash", "Spam", "Jobs")


def test_every_folder_is_read_but_trash_and_drafts_and_sent_comes_first() -> None:
    found = roles(USUAL)
    assert found.read == ("Sent", "INBOX", "Jobs", "Junk")
    assert (found.sent, found.drafts, found.problems) == ("Sent", "Drafts", ())


def test_where_one_folder_holds_all_mail_it_and_junk_are_read() -> None:
    found = roles(GMAIL)
    assert found.read == ("[Gmail]/Sent Mail", "[Gmail]/All Mail", "[Gmail]/Spam")
    assert found.drafts == "[Gmail]/Drafts"
    assert found.problems == ()


def test_a_folder_for_all_mail_that_cannot_be_opened_does_not_count() -> None:
    found = roles(folders("INBOX", "All \\all \\noselect", "Sent \\sent", "Drafts \\drafts"))
    assert found.read == ("Sent", "INBOX")


def test_views_of_flagged_and_important_mail_are_not_read_twice() -> None:
    some = folders("INBOX", "Stars \\flagged", "VIP \\important", "S \\sent", "D \\drafts")
    assert roles(some).read == ("S", "INBOX")


def test_sent_and_drafts_are_never_guessed_from_their_names() -> None:
    found = roles(BARE)
    assert found.sent is None
    assert found.drafts is None
    assert len(found.problems) == 2
    for key, problem in zip(("sent", "drafts"), found.problems, strict=True):
        assert f"set {key} to one of" in problem
        assert '"Jobs"' in problem


def test_the_settings_tell_what_the_server_does_not() -> None:
    found = roles(BARE, sent="Sent", drafts="Drafts")
    assert (found.sent, found.drafts, found.problems) == ("Sent", "Drafts", ())
    assert found.read == ("Sent", "INBOX", "Spam", "Jobs")


def test_a_setting_that_exists_holds_against_the_servers_word() -> None:
    found = roles([*USUAL, *folders("Sent Items")], sent="Sent Items")
    assert found.sent == "Sent Items"
    assert "Sent" in found.read
    assert found.problems == ()


@pytest.mark.parametrize("key", ["sent", "drafts"])
def test_a_setting_that_does_not_exist_is_a_problem_and_not_passed_over(key: str) -> None:
    found = roles(USUAL, **{key: "Nowhere"})  # type: ignore[arg-type]
    assert getattr(found, key) is None
    [problem] = found.problems
    assert problem.startswith('there is no folder "Nowhere"')
    assert f"set {key}" in problem


def test_two_folders_with_one_use_are_a_question_for_the_user() -> None:
    both = folders("INBOX", "Sent \\sent", "Sent Items \\sent", "Drafts \\drafts")
    found = roles(both)
    assert found.sent is None
    assert '"Sent", "Sent Items"' in found.problems[0]
    assert roles(both, sent="Sent Items").sent == "Sent Items"


def test_one_folder_cannot_be_sent_and_drafts() -> None:
    found = roles(BARE, sent="Sent", drafts="Sent")
    assert found.drafts is None
    assert "different folders" in found.problems[0]


@pytest.mark.parametrize(
    "name",
    ["Trash", "TRASH", "Deleted Items", "INBOX.Trash", "Deleted Messages", "Papierkorb",
     "Corbeille", "Gelöschte Elemente", "INBOX/Корзина", "Trash/2024", "INBOX.Trash.old",
     "Outbox", "Drafts", "Entwürfe", "Templates"],
)  # fmt: skip
def test_without_attributes_rubbish_and_unsent_mail_are_left_out_by_name(name: str) -> None:
    some = folders("INBOX", "Sent", "Trash", "INBOX.Trash", *({name} - {"Trash", "INBOX.Trash"}))
    found = roles(some, sent="Sent")
    assert name not in found.read
    assert "INBOX" in found.read


@pytest.mark.parametrize(
    "name", ["Spam", "Junk", "Archive", "Trashy novels", "Deleted scenes", "Jobs/2026", "Binders"]
)
def test_other_names_are_read(name: str) -> None:
    assert name in roles(folders("INBOX", "Sent", "Trash", name), sent="Sent").read


def test_a_folder_called_like_trash_is_read_where_the_server_names_another() -> None:
    assert "Deleted Items" in roles([*USUAL, *folders("Deleted Items")]).read


def test_what_lies_below_trash_is_not_read() -> None:
    found = roles([*USUAL, *folders("Trash/Old jobs", "Trash.2024", "Trashed dreams")])
    assert found.read == ("Sent", "INBOX", "Jobs", "Junk", "Trashed dreams")


def test_chosen_folders_are_read_in_their_order_after_sent() -> None:
    found = roles(USUAL, only=("Jobs", "inbox"))
    assert found.read == ("Sent", "Jobs", "INBOX")
    assert found.problems == ()


def test_a_chosen_folder_that_is_missing_is_a_problem_and_the_others_are_read() -> None:
    found = roles(USUAL, only=("Jobs", "Jbos"))
    assert found.read == ("Sent", "Jobs")
    assert '"Jbos"' in found.problems[0]


def test_drafts_are_not_read_even_when_chosen() -> None:
    assert roles(USUAL, only=("Jobs", "Drafts")).read == ("Sent", "Jobs")


def test_folders_that_cannot_be_opened_are_nothing_to_read_or_write() -> None:
    found = roles(folders("INBOX", "Sent \\sent \\noselect", "Old \\nonexistent", "D \\drafts"))
    assert found.sent is None
    assert found.read == ("INBOX",)
    assert found.why["Old"] == "cannot be opened"


def test_a_problem_names_some_folders_and_counts_the_rest() -> None:
    many = folders("INBOX", *(f"F{n}" for n in range(40)))
    assert "and 29 more" in roles(many).problems[0]


def test_an_account_without_folders_is_a_problem_and_no_crash() -> None:
    found = roles([])
    assert found.read == ()
    assert "none at all" in found.problems[0]


_ATTRIBUTES = ("\\all", "\\sent", "\\drafts", "\\trash", "\\junk", "\\noselect", "\\flagged")
_FOLDER = st.builds(
    Folder,
    st.sampled_from(["INBOX", "Sent", "Drafts", "Trash", "Trash/Old", "Jobs", "Spam", "A.B", "Ü"]),
    st.frozensets(st.sampled_from(_ATTRIBUTES), max_size=2),
)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(_FOLDER, max_size=8, unique_by=lambda f: f.name),
    st.sampled_from(["", "Sent", "Jobs"]),
    st.sampled_from(["", "Drafts", "Nowhere"]),
    st.sampled_from([(), ("Jobs",), ("INBOX", "Drafts")]),
)
def test_whatever_the_server_lists_the_roles_hold_together(
    listed: list[Folder], sent: str, drafts: str, only: tuple[str, ...]
) -> None:
    found: Roles = roles(listed, sent=sent, drafts=drafts, only=only)
    open_ = {f.name for f in listed if f.selectable}
    assert set(found.read) <= open_
    assert len(set(found.read)) == len(found.read)
    assert found.drafts not in found.read or found.drafts is None
    assert found.sent is None or found.read[0] == found.sent
    assert set(found.why) == {f.name for f in listed}
    assert (found.sent is not None and found.drafts is not None) or found.problems
