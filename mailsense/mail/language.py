"""The language of a letter, when it can be told.

Decides by function words and, for other scripts, by the script; says "" for short,
mixed or unclear text, because a wrong language is worse than none (detectors call
"Bonjour, merci pour votre candidature." Spanish).  Knows some thirty languages by their
words and as many scripts.  Prose in none of them, which has hardly an English word and
spells as English never does, is ``UNKNOWN``: it must not pass for English.  Lists, tables
and logs in English mail have few small words too, but they spell as English does.  The word
lists are our own: the most frequent small words, each given only to the languages that
write it so.  Refuses to tell apart what shares a script or nearly all small words: Malay is
told as Indonesian, Persian as Arabic.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import pairwise
from operator import itemgetter

MIN_WORDS = 20
_MAX_CHARS = 4_000
_ENOUGH_CHARS = 1_200
"""Of prose: more changed no answer on a thousand letters."""
_MIN_SHARE = 0.14
_MIN_LEAD = 1.35
_MIN_RARER = 0.2
UNKNOWN = "und"
"""Prose in a language that is not known here (ISO 639-2: undetermined)."""

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
_RARER = {
    "hu": "a az és hogy nem is egy ez de volt van vagy meg csak már mint még ha azt lehet kell"
    " ön önnek önt köszönjük sajnos minden után szerint ezt nagyon kérjük illetve ezért amely",
    "ro": "și şi în de la cu nu să pe care din este un o pentru mai că sunt dumneavoastră vă ne"
    " am a fi al ale prin sau dar acest această despre avem mulțumim ați fost iar către cele cei",
    "hr": "je i u na da se za su od ne koji što s o kao ili ali bi smo ste vas vam nam nas iz po"
    " do ako će biti nije kako hvala vašu vaš naš sve samo još te to li nakon zbog ovaj",
    "sk": "a v na je sa že s to z do o k za ako pre ale by od ktorý ktoré pri sú alebo aby bol"
    " vám vás sme však zo nám ďakujeme bude si tak nie po čo vašu",
    "sl": "in je v na da se za so z od ne ki tudi kot s po ali pa bi smo vas vam nam pri iz do"
    " če lahko ni bo ste še več hvala vašo naš ta to o",
    "lt": "ir kad į yra su iš ne ar bet tai kaip už jūsų jums mes mūsų buvo apie dėl po nuo iki"
    " prie per tik jau labai dėkojame savo būti kurie šį ši šis taip nėra",
    "lv": "un ir uz ar no par ka kas lai bet jūsu jums mēs mūsu nav tiek vai pie pēc arī kā tas"
    " to ja jūs paldies šo šī ļoti būt bija savu gan līdz tā jau",
    "et": "ja on ei et see oma mis kui ka aga või kes teie teile meie me ning oli ole ta seda"
    " selle eest kuid väga pärast meil teid täname juba siis nii saab",
    "id": "dan yang di untuk dengan tidak ini itu dari kami anda kita pada akan dalam adalah"
    " telah atau juga ke saya bisa ada oleh sebagai karena dapat lebih sudah belum kepada"
    " terima kasih namun bahwa",
    "vi": "và của là có được cho không các một những với trong tôi chúng bạn đã này để người khi"
    " từ đến về vì hoặc nhưng nếu rất cảm ơn anh chị sẽ ở tại vào như theo nhiều",
    "ca": "de la i el que a en un una per amb no les els del al és més però com hem ha seva"
    " vostra nostra aquest aquesta també ens us molt sobre li si va ser des dels als seu",
    "tl": "ang ng sa na at mga ay hindi ito para po ko mo ka namin inyo kami ako siya nang kung"
    " pero din rin lamang lang ninyo natin aming inyong iyong upang ni kay isang",
    "sw": "na ya wa kwa ni za la katika kuwa hii huo hiyo kama yako yetu wetu sisi lakini au si"
    " ili pia cha vya kila sana asante tuna baada hata bila zaidi ambayo ambao wako",
    "is": "og að í á er sem við til ekki um það þú þér ég fyrir með en var af hefur eða hafa því"
    " okkur þín þína þinni frá vera verið takk þess okkar eru",
    "sq": "dhe të e në për me një që nuk është nga si më ju ne jemi do po por se i jeni juaj"
    " tuaj tonë këtë kjo ka kanë faleminderit ose mund",
}
"""Asked where the text is none of the others, or may be a sister of the one it seems."""
_SISTERS = ({"da", "nb", "sv"}, {"cs", "sk"}, {"hr", "sl"}, {"es", "ca"}, {"fi", "et"})


def _table(profiles: Mapping[str, str]) -> dict[str, str]:
    """Return each word with the codes of the languages that write it."""
    found: dict[str, str] = {}
    for code, words in profiles.items():
        for word in set(words.split()):
            found[word] = f"{found.get(word, '')} {code}"
    return found


_LANGUAGES_OF = _table(_PROFILES)
_RARER_OF = _table(_RARER)

_FEWEST_ENGLISH = 0.15
"""Prose with this share of English small words is English, or in part,"""
_ODD, _ODD_EACH, _ODD_BY_CHANCE = 0.055, 0.6, 2
"""and with fewer, if no more than this share of its pairs of letters is odd: the first, and the
second for each English word among its words, and a few names.  Of our letters and of real mail in
English none has more; of the prose of four hundred languages all but one passage in twenty."""
_MARKS = ".,;:!?()[]{}\"'«»„“”‘–—…*•"
_RUNNING, _LOWER = 0.7, 0.6
"""Prose is made of words, most of them in lower case: lists, tables and logs are not."""
_PAIRS = frozenset(
    follows[0] + letter
    for follows in (
        "_abcdefghijklmnopqrstuvwy a_bcdfgiklmnprstuvwy b_aeiloruy c_aehiklortu d_aeiorsuy"
        " e_acdefgiklmnoprstvwxy f_aefiortu g_aehinorsu h_aeiort iacdefgklmnoprstvx jo k_eins"
        " l_adefiklostuy m_abeimopuy n_acdegiklnostuy o_abcdefgiklmnoprstuvw p_aehiloprtu qu"
        " r_acdegikmnorstuvy s_acehiknopstuw t_aehilorstuwy u_abcdegilmnprst vaei w_aehinor"
        " x_t y_eos"
    ).split()
    for letter in follows[1:]
)
"""The pairs of letters, and of letters with a word's edge, that English writes:
one in three thousand or more in our own letters ("_" is the edge)."""

_WORD = re.compile(r"[^\W\d_]+")
_LINK = re.compile(r"https?://\S+")
_ASCII = bytes(range(128))
_LETTERS = bytes(n if n > 127 or chr(n).isalpha() else 0x20 for n in range(256))
_OTHER_SCRIPT = re.compile("[\u0370-\u1cff\u2d30-\u2ddf\u3040-\ud7af]")
_SCRIPTS = tuple(
    (code, re.compile(f"[{letters}]"))
    for code, letters in (
        ("ja", "\u3040-\u30ff"),
        ("ko", "\uac00-\ud7af"),
        ("zh", "\u4e00-\u9fff"),
        ("el", "\u0370-\u03ff"),
        ("he", "\u0590-\u05ff"),
        ("ar", "\u0600-\u06ff"),
        ("th", "\u0e00-\u0e7f"),
        ("ru", "\u0400-\u04ff"),
        ("hy", "\u0530-\u058f"),
        ("hi", "\u0900-\u097f"),
        ("bn", "\u0980-\u09ff"),
        ("pa", "\u0a00-\u0a7f"),
        ("gu", "\u0a80-\u0aff"),
        ("ta", "\u0b80-\u0bff"),
        ("te", "\u0c00-\u0c7f"),
        ("kn", "\u0c80-\u0cff"),
        ("ml", "\u0d00-\u0d7f"),
        ("si", "\u0d80-\u0dff"),
        ("lo", "\u0e80-\u0eff"),
        ("my", "\u1000-\u109f"),
        ("ka", "\u10a0-\u10ff"),
        ("am", "\u1200-\u137f"),
        ("km", "\u1780-\u17ff"),
        (UNKNOWN, "\u0370-\u1cff\u2d30-\u2ddf\u3040-\ud7af"),
    )
)
"""The last is any other: Javanese, Tibetan, Syriac, or several together."""
_UNSPACED = ("ja", "ko", "zh", "th", "lo", "my", "km")
"""Few letters say much in these."""
_COMBINING = re.compile("[\u0300-\u036f]")
_UKRAINIAN = re.compile("[іїєґ]", re.IGNORECASE)
_BULGARIAN = re.compile(r"\b(?:и|на|за|от|се|ще|сме|съм|ви|които|със)\b", re.IGNORECASE)
_RUSSIAN = re.compile("[ыэё]", re.IGNORECASE)


def language(text: str) -> str:
    """Given a letter's newest part, return its ISO 639-1 code, "" when short or unclear.

    ``UNKNOWN`` where it is long enough and clearly in none of the languages known here.
    """
    text = text[:_MAX_CHARS]
    if "://" in text:
        text = _LINK.sub(" ", text)
    if "@" in text:
        text = " ".join([word for word in text.split() if "@" not in word[1:-1]])
    text = text[:_ENOUGH_CHARS]
    beyond = _beyond_ascii(text)
    if beyond and _COMBINING.search(beyond):
        text = unicodedata.normalize("NFC", text)
        beyond = _beyond_ascii(text)
    if beyond and _OTHER_SCRIPT.search(beyond):
        script = _by_script(text)
        if script is not None:
            return script
    words = _words(text, beyond)
    if len(words) < MIN_WORDS:
        return ""
    scores = _scores(words, _LANGUAGES_OF)
    code = _best(scores, len(words))
    return code if code == "en" else _elsewhere(text, words, scores, code)


def _scores(words: Iterable[str], table: Mapping[str, str]) -> dict[str, int]:
    """Return how many of the words each language has among its small ones."""
    alike: dict[str, int] = {}
    for codes in filter(None, map(table.get, words)):
        alike[codes] = alike.get(codes, 0) + 1
    scores: dict[str, int] = {}
    for codes, times in alike.items():
        for code in codes.split():
            scores[code] = scores.get(code, 0) + times
    return scores


def _best(scores: Mapping[str, int], words: int, least: float = _MIN_SHARE) -> str:
    """Given scores of so many words, return the language that is clearly ahead, or ""."""
    best = sorted(scores.items(), key=itemgetter(1), reverse=True)[:2]
    if not best or best[0][1] < least * words:
        return ""
    if len(best) == 2 and best[0][1] < _lead(best[0][0], best[1][0]) * best[1][1]:
        return ""
    return best[0][0]


def _elsewhere(text: str, words: list[str], scores: dict[str, int], code: str) -> str:
    """Given a text that is not clearly English, what it scored and seems, return what it is."""
    english = _english(words)
    if not code and english >= _FEWEST_ENGLISH:
        return ""
    scores.update(_scores(words, _RARER_OF))
    first = max(scores, key=lambda one: scores[one], default="")
    for sister in set().union(*(pair for pair in _SISTERS if first in pair)) - {first}:
        scores.pop(sister, None)  # to one who reads English the sister's name is better than none
    found = _best(scores, len(words), _MIN_SHARE if code else _MIN_RARER) or code
    if found or not (_is_foreign(text) or _is_full(scores, english, len(words))):
        return found
    scores.pop("en", None)
    return _best(scores, len(words), _MIN_SHARE / 2) or UNKNOWN


def _is_full(scores: Mapping[str, int], english: float, words: int) -> bool:
    """True of a text with many small words of a language, or of sisters, and none of English."""
    return english < _MIN_SHARE / 5 and max(scores.values(), default=0) >= 2 * _MIN_SHARE * words


def _english(words: list[str]) -> float:
    """Return the share of words that are English small words, of two letters or more."""
    return sum(len(word) > 1 and "en" in _LANGUAGES_OF.get(word, "") for word in words) / len(words)


def _is_foreign(text: str) -> bool:
    """True of prose with hardly an English word, in pairs of letters that English never writes."""
    pieces = text.replace("’", "'").replace("-", "'").split()
    words = [part for piece in pieces for part in piece.strip(_MARKS).split("'") if part.isalpha()]
    lower = [word for word in words if word.islower()]
    if len(words) < max(MIN_WORDS, _RUNNING * len(pieces)) or len(lower) < _LOWER * len(words):
        return False
    if len(set(lower)) < MIN_WORDS / 2:
        return False
    english = _english([word.lower() for word in words])
    spelt = f"_{'_'.join(lower)}_"
    odd = sum(first + then not in _PAIRS for first, then in pairwise(spelt))
    usual = (_ODD + _ODD_EACH * english) * (len(spelt) - 1)
    return english < _FEWEST_ENGLISH and odd > usual + _ODD_BY_CHANCE


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
    return 1.06 if any({first, second} <= sisters for sisters in _SISTERS) else _MIN_LEAD


def _by_script(text: str) -> str | None:
    """Return the language of a script that is not Latin, "" when too short, None when Latin."""
    letters = sum(map(len, _WORD.findall(text))) or 1
    for code, pattern in _SCRIPTS:
        share = len(pattern.findall(text))
        if share < 0.3 * letters and not (code == "ja" and share > 0.1 * letters):
            continue
        if share < (20 if code in _UNSPACED else 90):
            return ""
        if code != "ru":
            return code
        if len(_UKRAINIAN.findall(text)) > 0.02 * share:
            return "uk"
        if len(_RUSSIAN.findall(text)) >= 0.005 * share:
            return "ru"
        return "bg" if len(_BULGARIAN.findall(text)) > 2 else UNKNOWN
    return None
