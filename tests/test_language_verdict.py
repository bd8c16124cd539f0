"""A letter in a language that the model did not learn is *unsure*, however it was sent."""

from __future__ import annotations

import pytest

from mailsense.adapters.modelfile import load_base
from mailsense.classify.classifier import ModelClassifier
from mailsense.classify.explain import explain
from mailsense.domain import Kind, Message, Source
from mailsense.mail.parse import parse

REJECTION = (
    "Sehr geehrte Frau Okoro,\n\nvielen Dank für Ihr Interesse an der Stelle als Planerin und für "
    "die Zeit, die Sie sich für uns genommen haben. Leider müssen wir Ihnen mitteilen, dass wir "
    "uns für eine andere Person entschieden haben. Wir wünschen Ihnen für Ihren weiteren Weg alles "
    "Gute.\n\nMit freundlichen Grüßen\nAnna Weber"
)
INVITATION = (
    "Sehr geehrte Frau Okoro,\n\nwir haben Ihre Unterlagen mit Interesse gelesen und möchten "
    "Sie gern zu einem Gespräch bei uns im Haus einladen. Passt es Ihnen am Dienstag um zehn Uhr? "
    "Bitte geben Sie uns kurz Bescheid, ob Sie kommen können.\n\nMit herzlichen Grüßen\nAnna Weber"
)
HUNGARIAN = (
    "Köszönjük, hogy jelentkezett hozzánk a könyvelői állásra, és hogy időt szánt a beszélgetésre. "
    "Sajnos ezúttal egy másik jelölt mellett döntöttünk, akinek már van tapasztalata."
)
WELSH = (
    "Diolch yn fawr i chi am wneud cais am swydd y cyfrifydd ac am roi o'ch amser i siarad â ni. "
    "Yn anffodus rydym wedi dewis rhywun arall y tro hwn, sydd â mwy o brofiad yn y maes."
)
CHINESE = "感谢您抽出时间与我们交谈。我们认真阅读了您的申请，但是很遗憾，我们决定选择另一位候选人。"
SENT = {
    "plainly": "",
    "by a list": "List-Id: <hr.example.org>\n",
    "by a machine": "Auto-Submitted: auto-generated\n",
    "as an answer": "Auto-Submitted: auto-replied\n",
}
ENGLISH_RIDE = (
    "We start at nine by the bridge, and ride to the lake and back before the rain comes."
)
ENGLISH_AWAY = "I am out of the office until Monday and will read your message when I am back."


@pytest.fixture(scope="module")
def shipped() -> ModelClassifier:
    """The classifier over the shipped base model."""
    return ModelClassifier(load_base)


def letter(text: str, headers: str, subject: str = "Planerin") -> Message:
    head = f"From: Anna Weber <anna@weber.example>\nSubject: {subject}\n{headers}"
    return parse(f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode())


@pytest.mark.parametrize("headers", SENT.values(), ids=SENT)
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (REJECTION, "written in another language (de)"),
        (INVITATION, "written in another language (de)"),
        (HUNGARIAN, "written in another language (hu)"),
        (CHINESE, "written in another language (zh)"),
        (WELSH, "written in a language I do not know"),
    ],
    ids=["rejection", "invitation", "Hungarian", "Chinese", "Welsh"],
)
def test_a_foreign_letter_is_unsure_and_its_reason_is_the_language(
    shipped: ModelClassifier, text: str, reason: str, headers: str
) -> None:
    sent = letter(text, headers)
    (verdict,) = shipped.classify([sent])
    assert verdict.kind is Kind.UNSURE
    assert [one.text for one in verdict.evidence] == [reason]
    assert explain(sent, shipped.parts).verdict == verdict


@pytest.mark.parametrize(
    ("text", "headers", "reason"),
    [
        (ENGLISH_RIDE, SENT["by a list"], "a mailing list, without a word about work"),
        (ENGLISH_AWAY, SENT["as an answer"], "an automatic reply"),
    ],
)
def test_english_mail_of_lists_and_machines_is_settled_as_before(
    shipped: ModelClassifier, text: str, headers: str, reason: str
) -> None:
    (verdict,) = shipped.classify([letter(text, headers, "Sunday")])
    assert (verdict.kind, verdict.source) == (Kind.OTHER, Source.RULE)
    assert verdict.evidence[0].text == reason


def test_a_letter_too_short_to_tell_its_language_is_judged(shipped: ModelClassifier) -> None:
    (verdict,) = shipped.classify([letter("Vielen Dank und bis bald!", "")])
    assert not any("language" in one.text for one in verdict.evidence)
