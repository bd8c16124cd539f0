"""What mail clients write around history and under letters, in many languages.

Data for ``quotes`` and ``signature``: the words of attribution lines ("On … wrote:"), of
pasted headers ("From: … Sent: …"), of separators ("-----Original Message-----"), of
closings ("Kind regards"), phone signatures and legal notices.  Decides nothing itself.
All lists are our own compilation from what the clients print.
"""

from __future__ import annotations

import re


def _words(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split("|"))


WROTE = _words(
    "wrote|writes|has written|schrieb|geschrieben|schreef|geschreven|a écrit|a ecrit|écrit"
    "|escribió|escribio|ha escrito|va escriure|escreveu|ha scritto|scrisse|a scris|skrev"
    "|skreiv|kirjoitti|kirjutas|napisał|napisała|napisał(a)|pisze|napsal|napsala|napsal(a)|píše"
    "|napísal|napísala|írta|napisao|napisala|napisao je|napisala je|je napisal|написал|написала"
    "|написал(а)|пишет|писал|написав|пише|написа|έγραψε|yazdı|şunu yazdı|şunları yazdı|đã viết"
    "|menulis|rašė|rakstīja|写道|寫道|书写|書きました|のメール|님이 작성|작성|썼습니다|كتب|כתב|כתבה"
)
"""The verb of an attribution line."""

INTRO = _words(
    "on|am|le|el|il|il giorno|in data|op|em|den|på|pe|dnia|w dniu|dne|dňa|vào|vào lúc|la data"
    "|în data|data|a(z)|u|dana|στις|在|于|於|pada|tarihinde|den|em|al|ti|to|on the|в|вт|el día|zo"
    "|ma|di|wo|do|vr|za"
)
"""The word an attribution line begins with (a date or weekday may stand there as well)."""

_MONTHS = (
    "jan|feb|mar|mär|apr|may|mai|maj|jun|jul|aug|sep|oct|okt|nov|dec|dez|déc|janv|févr|mars|avr"
    "|juin|juil|août|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|fev|out"
)
_DAYS = (
    "mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb"
    "|dom|seg|ter|qua|qui|sex|gio|man|tir|ons|tor|fre|lør|søn|mån|tis|lör|sön|ma|ti|ke|to|pe|la|su"
    "|pon|wt|śr|czw|pt|sob|niedz|пн|вт|ср|чт|пт|сб|вс|нд|po|út|st|čt|pá"
)
WEEKDAY_OR_MONTH = rf"(?:{_DAYS}|{_MONTHS})[a-zéûäöåæøčříáý]{{0,9}}\b"

HEADER_KEYS = {
    **dict.fromkeys(
        _words(
            "from|von|de|da|van|fra|från|od|lähettäjä|от|від|от кого|kimden|gönderen|feladó"
            "|expéditeur|mittente|remitente|de la|από|发件人|寄件者|差出人|보낸 사람|보낸사람|من"
            "|מאת|odesílatel|absender|afzender|sender|sent by"
        ),
        "from",
    ),
    **dict.fromkeys(
        _words(
            "date|sent|datum|gesendet|gesendet am|envoyé|envoyé le|enviado|enviado el|enviado em"
            "|enviada em|fecha|data|inviato|inviato il|data invio|verzonden|dato|sendt|skickat"
            "|lähetetty|päivämäärä|päiväys|wysłano|data wysłania|odesláno|дата|отправлено|надіслано"
            "|tarih|gönderildi|gönderilme tarihi|dátum|elküldve|message du|ημερομηνία|发送时间|日期"
            "|寄件日期|送信日時|日付|날짜|보낸 날짜|trimis|received|poslano|odoslané"
        ),
        "date",
    ),
    **dict.fromkeys(
        _words(
            "to|an|à|a|aan|para|till|til|do|komu|vastaanottaja|kenelle|кому|kime|címzett|către"
            "|προς|收件人|收件者|宛先|받는 사람|받는사람|destinataire|destinatario|destinatário|إلى"
            "|אל"
        ),
        "to",
    ),
    **dict.fromkeys(
        _words(
            "cc|kopie|copie à|copie|cópia|copia|kopi|kopia|dw|копия|копія|kopio|抄送|副本|bilgi"
            "|másolatot kap|참조"
        ),
        "cc",
    ),
    **dict.fromkeys(
        _words(
            "subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|emne|ämne|aihe|temat"
            "|předmět|predmet|тема|konu|tárgy|subiect|θέμα|主题|主旨|件名|제목|الموضوع|נושא"
        ),
        "subject",
    ),
    **dict.fromkeys(_words("reply-to|antwort an|importance|attachments|organization"), "other"),
}
"""What stands before the colon in pasted headers, and which field it is."""

REPLY_SEPARATORS = frozenset(
    _words(
        "original message|reply message|original appointment|original email|original mail"
        "|ursprüngliche nachricht|originalnachricht|original nachricht|original-nachricht"
        "|antwort nachricht|message d'origine|message d’origine|message original|message initial"
        "|mensaje original|mensagem original|messaggio originale|messaggio originario"
        "|oorspronkelijk bericht|origineel bericht|oprindelig meddelelse|oprindelig besked"
        "|opprinnelig melding|original melding|opprinneleg melding|ursprungligt meddelande"
        "|originalmeddelande|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość"
        "|původní zpráva|pôvodná správa|исходное сообщение|оригинальное сообщение"
        "|первоначальное сообщение|оригінальне повідомлення|orijinal mesaj|özgün ileti"
        "|eredeti üzenet|mesaj original|mesajul original|izvorna poruka|αρχικό μήνυμα"
        "|原始邮件|原始郵件|原邮件|元のメッセージ|원본 메시지|original-nachricht|الرسالة الأصلية"
    )
)
FORWARD_SEPARATORS = frozenset(
    _words(
        "forwarded message|forwarded mail|forwarded email|begin forwarded message"
        "|weitergeleitete nachricht|anfang der weitergeleiteten nachricht|message transféré"
        "|début du message transféré|début du message réexpédié|mensaje reenviado"
        "|inicio del mensaje reenviado|mensagem encaminhada|mensagem reencaminhada"
        "|início da mensagem encaminhada|início da mensagem reencaminhada|messaggio inoltrato"
        "|inizio messaggio inoltrato|doorgestuurd bericht|begin doorgestuurd bericht"
        "|videresendt meddelelse|videresendt besked|videresendt melding"
        "|start på videresendt besked|start på videresendt melding|vidarebefordrat meddelande"
        "|vidarebefordrat brev|vidarebefordrat mejl|välitetty viesti|välitetty viesti alkaa"
        "|wiadomość przekazana|przekazana wiadomość|początek przekazywanej wiadomości"
        "|přeposlaná zpráva|пересылаемое сообщение|пересланное сообщение"
        "|начало переадресованного сообщения|переслане повідомлення|iletilen mesaj"
        "|yönlendirilmiş ileti|továbbított üzenet|továbbított levél|mesaj redirecționat"
        "|转发的邮件|转发邮件信息|轉寄的郵件|転送メッセージ|전달된 메시지|προωθημένο μήνυμα"
    )
)

MOBILE = re.compile(
    r"(?:sent from (?:my|a|an) (?!desk\b)|sent from (?:outlook|mail|yahoo|samsung|proton|type"
    r"|mailbird|gmail|aol|the all)|sent (?:via|with|by|using) (?:my|the|outlook|mailbird|superhuman"
    r"|proton|airmail|spark|sparrow|gmail|samsung|yahoo)|get outlook for|sent on the (?:go|move)"
    r"|von meinem .{1,40} gesendet|gesendet (?:von|mit|über|aus) (?:meinem|der|outlook|mail|yahoo"
    r"|iphone|ipad|android|samsung|proton|gmx|web)|diese nachricht wurde von meinem android"
    r"|envoyé (?:de|depuis|à partir d|avec) ?(?:mon|ma|l[ae']|outlook|mail|yahoo|un|e|iphone"
    r"|proton)|télécharger outlook|obtenez outlook|obtener outlook|enviado desde (?:mi|el|outlook"
    r"|mail|yahoo)|enviado (?:do meu|a partir do|do|via) |obter o outlook|inviato (?:da|dal|con) "
    r"|scarica outlook|ottieni outlook|verzonden (?:vanaf|met|vanuit|via) |outlook voor"
    r"|sendt fra (?:min|outlook|mail|yahoo)|hent outlook|skickat från (?:min|outlook|mail|yahoo)"
    r"|hämta outlook|lähetetty |hanki outlook|wysłane? z |pobierz outlook|odesláno z "
    r"|отправлено (?:с|из) |надіслано з |iphone’?'?umdan gönderildi|iphone(?:から|から)送信)",
    re.IGNORECASE,
)
"""How a line begins that a phone or mail program adds by itself.

Matches ``Sent from my iPhone``, ``Get Outlook for iOS``, ``Von meinem iPhone gesendet``;
not ``Sent from my desk, is much easier``, nor ``Sent the form back to you``.
"""
MOBILE_STARTS = frozenset(
    "sen get von ges die env tél obt inv sca ott ver out hen ski häm läh han wys pob ode отп над"
    " iph ıph i\u0307p".split()
)
"""The first three letters, in lower case, of every line that ``MOBILE`` matches."""

_CLOSING_CORE = (
    r"(?:(?:with |my |our )?(?:very |many |the )?(?:best|kind(?:est)?|warm(?:est)?|good|friendly"
    r"|sunny)?[ ,&]*(?:and |& )?(?:best|kind|warm(?:est)?)? ?(?:regards|wishes)|regards"
    r"|all (?:the |my )?(?:very )?best|(?:my )?best|cheers|cordially|warmly|respectfully(?: yours)?"
    r"|(?:yours )?(?:very )?(?:sincerely|truly|faithfully)(?: yours)?|yours|take care|rgds|kr|br"
    r"|(?:many |with |much )?thanks?(?: you)?(?: (?:so|very) much| a lot| again| in advance"
    r"| for your (?:time|help|patience|understanding|consideration))?"
    r"(?: and (?:best|kind|warm)?[a-z ]{0,12}(?:regards|wishes))?|ta|talk soon|speak soon"
    r"|have a (?:good|great|nice|lovely) (?:day|week|weekend|one|evening)|see you(?: soon| then)?"
    r"|mit (?:freundlichen?|besten?|lieben|herzlichen|vielen|schönen|sonnigen|kollegialen)"
    r" (?:gr(?:ü|ue)(?:ß|ss)en?|gruß|dank)|(?:viele|beste|liebe|herzliche|schöne|freundliche|lg)"
    r" gr(?:ü|ue)(?:ß|ss)e|(?:lieben|besten|schönen|herzlichen) gr(?:u)(?:ß|ss)|vielen dank|danke"
    r"(?: (?:und|&) .{2,20})?|besten dank|mfg|lg|vg|hochachtungsvoll"
    r"|(?:bien |très )?cordialement|bien à (?:vous|toi)|(?:sincères |meilleures )?salutations"
    r"(?: distinguées)?|merci(?: beaucoup| d'avance)?|bonne (?:journée|soirée)|amicalement"
    r"|(?:un )?(?:cordial |atento )?saludos?(?: cordial(?:es)?)?|atentamente|cordialmente|gracias"
    r"|muchas gracias|un abrazo|atenciosamente|att|abraços?|cumprimentos"
    r"|com os melhores cumprimentos|obrigad[oa]|cordiali saluti|distinti saluti|(?:un )?saluti?"
    r"|grazie(?: mille)?|a presto|met (?:vriendelijke|hartelijke) (?:groet|groeten)|(?:vriendelijke"
    r"|hartelijke|veel) groet(?:en)?|groet(?:en|jes)?|mvg|bedankt"
    r"|(?:med )?v[äe]nlig(?:a)? h[äi]lsning(?:ar)?|mvh|h[äi]lsning(?:ar)?|tack|med venlig hilsen"
    r"|(?:med )?vennlig hilsen|(?:mange )?hilsner|hilsen|takk?|(?:de )?bedste hilsner|venlig hilsen"
    r"|ystävällisin terveisin|terveisin|t[. ]|kiitos|pozdrawiam|z poważaniem|z wyrazami szacunku"
    r"|dziękuję|s pozdravem|díky|с уважением|спасибо|з повагою|saygılarımla|teşekkürler|üdvözlettel"
    r"|cu stimă|lep pozdrav|với trân trọng|trân trọng)"
)
CLOSING = re.compile(
    rf"\s*[*_]?(?P<closing>{_CLOSING_CORE})[*_]?(?P<rest>\s*[,;!.:–—-]*\s*.*)", re.I
)
"""A closing line, with what stands after it on the same line.

Matches ``Kind regards,``, ``Thanks, Anna``, ``Viele Grüße``; the rest decides whether
``Thanks for the invitation to talk on Friday`` is one (it is not: the rest is no name).
"""

CLOSING_STARTS = frozenset(
    "a abr all ami and ate att bed ber bes bie bon br che com cor cu cum dan de dis dzi dík fai"
    " fre fri goo gra gro gru grü har hav hel her hil hoc häl kii kin kr lep lg lie man mei mer"
    " med met mfg mit muc mvg mvh my obr our poz reg res rgd s sal say sch see sin spe sun t ta"
    " tac tak tal ter teş tha the tru trâ trè un vee ven ver vg vie vri với vän war wis wit you"
    " yst z üdv з с спа".split()
)
"""The first letters, at most three, in lower case, of every line that is a ``CLOSING``."""

NOTICE = re.compile(
    r"confidentiality notice|(?:is|are|may be|contain(?:s|ing)?) (?:strictly |legally )?"
    r"(?:confidential|privileged)|confidential (?:and|information|e-?mail)|intended (?:solely|only)"
    r" for|(?:not|you are not) the (?:intended|named) (?:recipient|addressee)"
    r"|received this (?:e-?mail|message|communication)(?: in| by) (?:error|mistake)"
    r"|registered (?:in|office|number)|company (?:number|registration|no\b)"
    r"|(?:please )?consider the environment|before printing|virus(?:es)? (?:free|scanned)"
    r"|scanned (?:for|by)|vertrauliche informationen|streng vertraulich|nicht der (?:richtige"
    r"|beabsichtigte) (?:adressat|empfänger)|amtsgericht|handelsregister|geschäftsführ(?:er|ung)"
    r"|sitz der gesellschaft|ce message (?:et|est|peut)|confidentiel|este (?:mensaje|correo"
    r"|e-?mail) .{0,40}confidencial|questo messaggio .{0,60}riservat"
    r"|dit bericht .{0,60}(?:vertrouwelijk|bestemd)|equal opportunit(?:y|ies) employer",
    re.IGNORECASE,
)
"""A sentence of a legal notice or company register line under a letter."""
NOTICE_STEMS = (
    "confiden",
    "privileged",
    "intended s",
    "intended o",
    "intended r",
    "intended a",
    "named recipient",
    "named addressee",
    "received this ",
    "registered i",
    "registered o",
    "registered n",
    "company n",
    "company r",
    "consider the environment",
    "before printing",
    "virus",
    "scanned f",
    "scanned b",
    "vertraulich",
    "nicht der ",
    "amtsgericht",
    "handelsregister",
    "geschäftsführ",
    "sitz der gesellschaft",
    "ce message ",
    "riservat",
    "dit bericht ",
    "equal opportunit",
)
"""Of these, in lower case, every ``NOTICE`` holds one: looking for them first is quick."""

FOOTER = re.compile(
    r"(?:to )?unsubscribe|(?:click here to |you can )?(?:unsubscribe|opt[- ]?out)|manage (?:your )?"
    r"(?:preferences|subscriptions?|notifications?|email)|(?:e-?mail|notification) preferences"
    r"|update your preferences|view (?:this|in) (?:e-?mail|browser|your browser)|privacy (?:policy"
    r"|notice|statement)|terms (?:of|and|&)|©|\(c\) ?(?:19|20)\d\d|copyright|all rights reserved"
    r"|you(?:'re| are)? (?:have )?receiv(?:ed|ing) this (?:e-?mail|message|notification)"
    r"|this (?:e-?mail|message) was (?:sent|intended)|powered by|sent by .{1,60} on behalf"
    r"|abmelden|abbestellen|datenschutz|impressum|se désabonner|désinscri|darse de baja"
    r"|cancelar suscripción|afmelden|uitschrijven|avregistrera|follow us|connect with us",
    re.IGNORECASE,
)
"""How a line under a mailing begins that is about the mailing itself."""
