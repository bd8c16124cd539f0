"""The language of a letter, when it can be told.

Decides by function words and, for other scripts, by the script; says "" for short,
mixed or unclear text, because a wrong language is worse than none (detectors call
"Bonjour, merci pour votre candidature." Spanish).  Knows fourteen languages by their
words and a few by their script.  The word lists are our own: the most frequent small
words, each given only to the languages that write it so.
"""

from __future__ import annotations

import re
from operator import itemgetter

MIN_WORDS = 20
_MAX_CHARS = 4_000
_ENOUGH_CHARS = 1_200
"""Of prose: more changed no answer on a thousand letters."""
_MIN_SHARE = 0.14
_MIN_LEAD = 1.35

_PROFILES = {
    "en": "the and to of a in is for you that we your with this it on are be have as not at our i"
    " will by or from an if was but they can would there been has please any us all more which",
    "de": "der die und das in den zu ist nicht von sie mit auf für ein eine wir ich uns dass im dem"
    " des sich auch als an wird bei haben es oder ihre ihrer ihnen werden zum zur einen aber nach"
    " sind über wie noch vielen ihr kann hat leider",
    "fr": "le la les de des et à en un une du que est pour vous nous dans qui sur pas votre par au"
    " ne ce avec plus je sont être il se aux mais notre ou avons cette vos nos avez été a leur si",
    "es": "el la los las de que y en un una por para con no su se del al es lo como más le nos ha"
    " sus este pero está son sobre usted esta si mi ya te tu muy nuestro hemos o también",
    "it": "il la di e che in un una per con non è del della i le si da al sono come ma più lo gli"
    " nel alla dei delle ci ha suo questo anche nostra nostro o se sua abbiamo sul vi dal",
    "pt": "o a os as de que e em um uma para com não do da no na por se é mais dos das ao como mas"
    " seu sua foi você nosso nossa pelo pela são está nos também muito ou à às",
    "nl": "de het een en van in is dat op te voor met niet zijn wij we ik je u die aan er ook om"
    " naar bij maar wordt worden hebben heeft uw ons onze als door kan nog dit zal geen",
    "sv": "och att det i en är på som för av med den till inte vi har jag om du ett de kan din så"
    " från oss vår men eller ska dig er vara när hos sig vill inom mycket",
    "da": "og at det i en er på som for af med den til ikke vi har jeg om du et de kan din så fra"
    " os vores men eller skal dig jer være når hos sig vil også mig efter blev nogle hvad",
    "nb": "og at det i en er på som for av med den til ikke vi har jeg om du et de kan din så fra"
    " oss vår men eller skal deg dere være når hos seg vil også meg etter ble noen hva",
    "fi": "ja on ei että se oli ovat mutta joka kun tai myös sekä ole olemme sinun meidän kanssa"
    " hän me te minä voi niin jos mukaan sen tämä kiitos haluamme ollut teidän nyt mitä",
    "pl": "i w na z do się nie że jest to o za od dla po jak ale co przez oraz są tego jako może"
    " przy tym państwa pana pani nas będzie które który ze aby czy bardzo naszej",
    "cs": "a se na v je že s to z do o k i ve jsme za jako pro ale by po od které který při jsou"
    " nebo aby byl vám vás jsem však ze nám děkujeme bude si tak u není",
    "tr": "ve bir bu için ile de da çok olarak daha gibi kadar ne ancak olan size sizin bizim her"
    " ya en değil var sonra ki bizi siz olduğunu teşekkür",
}
_LANGUAGES_OF: dict[str, str] = {}
for _language, _list in _PROFILES.items():
    for _word in _list.split():
        _LANGUAGES_OF[_word] = f"{_LANGUAGES_OF.get(_word, '')} {_language}"

_WORD = re.compile(r"[^\W\d_]+")
_LINK = re.compile(r"https?://\S+")
_ASCII = bytes(range(128))
_LETTERS = bytes(n if n > 127 or chr(n).isalpha() else 0x20 for n in range(256))
_OTHER_SCRIPT = re.compile("[\u0370-\u06ff\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
)
_UKRAINIAN = re.compile("[іїєґ]", re.IGNORECASE)
_BULGARIAN = re.compile(r"\b(?:и|на|за|от|се|ще|сме|съм|ви|които|със)\b", re.IGNORECASE)
_RUSSIAN = re.compile("[ыэё]", re.IGNORECASE)


def language(text: str) -> str:
    """Given a letter's newest part, return its ISO 639-1 code, "" when short or unclear."""
    text = text[:_MAX_CHARS]
    if "://" in text:
        text = _LINK.sub(" ", text)
    if "@" in text:
        text = " ".join([word for word in text.split() if "@" not in word[1:-1]])
    text = text[:_ENOUGH_CHARS]
    beyond = _beyond_ascii(text)
    if beyond and _OTHER_SCRIPT.search(beyond):
        script = _by_script(text)
        if script is not None:
            return script
    words = _words(text, beyond)
    if len(words) < MIN_WORDS:
        return ""
    alike: dict[str, int] = {}
    for codes in filter(None, map(_LANGUAGES_OF.get, words)):
        alike[codes] = alike.get(codes, 0) + 1
    scores: dict[str, int] = {}
    for codes, times in alike.items():
        for code in codes.split():
            scores[code] = scores.get(code, 0) + times
    best = sorted(scores.items(), key=itemgetter(1), reverse=True)[:2]
    if not best or best[0][1] < _MIN_SHARE * len(words):
        return ""
    if len(best) == 2 and best[0][1] < _lead(best[0][0], best[1][0]) * best[1][1]:
        return ""
    return best[0][0]


def _beyond_ascii(text: str) -> str:
    """Return the characters outside ASCII: few, so that a look at them is quick."""
    return text.encode("utf-8", "replace").translate(None, _ASCII).decode("utf-8")


def _words(text: str, beyond: str) -> list[str]:
    """Given a text and its characters outside ASCII, return its words in lower case.

    Blanks for all that is no letter, and a split: a tenth of what looking for words costs.
    """
    text = text.encode("utf-8", "replace").translate(_LETTERS).decode("utf-8")
    for mark in set(beyond):
        if not mark.isalpha():
            text = text.replace(mark, " ")
    return text.lower().split()


def _lead(first: str, second: str) -> float:
    """Return how far ahead the best must be: sisters share most of their small words."""
    return 1.06 if {first, second} <= {"da", "nb", "sv"} else _MIN_LEAD


def _by_script(text: str) -> str | None:
    """Return the language of a script that is not Latin, "" when too short, None when Latin."""
    letters = sum(map(len, _WORD.findall(text))) or 1
    for code, pattern in _SCRIPTS:
        share = len(pattern.findall(text))
        if share < 0.3 * letters and not (code == "ja" and share > 0.1 * letters):
            continue
        if share < (20 if code in ("ja", "ko", "zh", "th") else 90):
            return ""
        if code != "ru":
            return code
        if len(_UKRAINIAN.findall(text)) > 0.02 * share:
            return "uk"
        if len(_RUSSIAN.findall(text)) >= 0.005 * share:
            return "ru"
        return "bg" if len(_BULGARIAN.findall(text)) > 2 else ""
    return None
