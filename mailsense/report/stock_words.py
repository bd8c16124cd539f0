"""Patterns by which a sentence of a letter is sorted: stock, courtesy, decision, or advice.

``stock`` is what every applicant is told.  Data, with examples that are tests; how they are
compiled and asked is told in ``theme_words``.
"""

from __future__ import annotations

_THINGS = (
    "(?:(?:current|past|own|career|professional|skills?|skill ?sets?|experience|background"
    r"|qualifications|strengths|interests|profile|training|education|and|or|your|set)\b,? ?)+"
)
"""What everybody has, with nothing said of it: "your skills and experience"."""

SOURCES: dict[str, str] = {
    "stock:fitted": (
        r"\bwhose (?:\w{1,14}(?:,| and| or)? ){0,6}(?:more|most|better|best|closer|closest|closely"
        "|strongly) (?:closely |strongly |directly |clearly )?(?:match|align|fit|mirror|meet|suit"
        r"|reflect|correspond|relate)|\b(?:more|most) (?:closely|strongly|directly|suitably"
        r"|clearly) (?:\w{1,12} )?(?:match|align|fit|meet|mirror|suit|reflect|correspond"
        r"|qualified)|\b(?:better|closer|stronger|best|closest) (?:match|fit|suited|aligned"
        r"|alignment|matched|qualified)\b(?! (?:with|in|on) (?:our )?(?:python|sales))|\b(?:not"
        "|isn't|wasn't|aren't) (?:quite )?(?:a|the) (?:right|best|good|perfect|strong"
        r"|ideal) (?:fit|match|person|home)\b|\bright (?:fit|match|home|person) (?:for|at) (?:us"
        r"|this|you|the)\b|\bfit isn't strong\b|\bdo(?:n't| not) see a (?:strong |good "
        r"|clear )?(?:fit|match)\b"
    ),
    "stock:things": (
        rf"\byour {_THINGS}[^.!?;]{{0,60}}\b(?:match|fits?\b|align)"
        rf"|\b(?:match|fit|align|suit)\w{{0,4}} [^.!?;]{{0,30}}\byour {_THINGS}"
        r"(?! ?(?:in|with|of|as)\b)"
        rf"|\b(?:review|consider|assess|evaluat)\w{{0,5}} (?:of )?your (?:application\b|{_THINGS})"
    ),
    "stock:field": (
        r"\b(?:high|large|huge|great|sheer|overwhelming|record|unprecedented"
        "|exceptional) (?:volume|number|amount|level|standard|calib(?:re|er)|quality|quantity"
        r"|interest|response)|\b(?:many|several|some|lots of|a lot of|so many|number of"
        "|hundreds of|among|such|pool of) (?:very |highly |extremely |other "
        "|exceptionally )?(?:strong|qualified|excellent|talented|impressive|great|outstanding"
        r"|good|able|suitable|competitive|experienced|terrific) (?:\w{1,12} )?(?:applica|candida"
        r"|people|cvs|resum|profiles|submissions|field)|\b(?:strong|competitive|exceptional|tough"
        r"|talented|deep|crowded) (?:field|pool|bench|competition|process|market|shortlist)\b"
        r"|\bcompetition (?:was|is|has been) \w|\b(?:very|highly|extremely|so|most|particularly"
        r"|fiercely) competitive\b|\b(?:difficult|tough|hard|close|not (?:an )?easy"
        r"|never easy) (?:decision|choice|call)\b|\bstandard (?:\w{1,12} ){0,4}(?:was|is"
        r"|has been) (?:\w{1,14} )?(?:high|strong)\b|\b(?:calib(?:re|er)|quality"
        "|strength) of (?:the |all |other )?(?:applica|candida|field)"
    ),
    "stock:praise": (
        r"\b(?:impress(?:ed|ive)|interesting|admire)\b[^.!?]{0,14}\b(?:by"
        r"|with) (?:all )?your (?:\w{1,12}(?:,| and|,? as well as)? ){0,3}(?:background|experience"
        "|skills?|skillset|qualifications|credentials|profile|application|resum|résum|cv"
        r"|accomplishments|career)|\byour (?:\w{1,14}(?:,| and| or)? ){0,4}(?:background"
        "|experience|skills?|skillset|qualifications|credentials|profile|application|resume"
        r"|résumé|cv|career) (?:is|are|was|were) (?:\w{1,10} )?(?:impressive|interesting|strong"
        r"|excellent|great)\s*(?:[.,!]|$)|\b(?:reflection|judg\w{2,6}|reflect) (?:of|on"
        r"|upon) your (?:\w{1,12} )?(?:abilit|skill|talent|qualif|experience|worth|capab)"
        r"|(?:n't|not|no) (?:a |any |meant as (?:a )?)?(?:comment|reflection|criticism|judge?ment"
        r"|verdict) (?:of|on|upon|about) you\w{0,2}\b"
    ),
    "stock:papers": (
        r"\b(?:careful|thorough|much|due) (?:consideration|review|deliberation|thought)\b"
        r"|\b(?:individual|specific|detailed|personal(?:ised|ized)?) feedback\b|\b(?:keep|kept"
        r"|hold|retain(?:ed)?|store)\b[^.!?]{0,50}\b(?:on file|database|records?|talent (?:pool"
        r"|community)|data ?bank|our books)\b|\b(?:move|moving|go|going|gone|proceed|proceeding"
        "|progress|progressing) (?:forward|ahead|on) with (?:other|another|a different|different"
        r"|someone|somebody) (?:candidates?|applicants?|people|else|person)\s*(?:[.,!]|$|at this"
        r"|for this|on this|this time|whose|who (?:more|better|best))|\bdoes(?:n't"
        "| not) (?:quite )?(?:match|meet|fit|align with) (?:our|the|what) (?:current |present "
        r"|specific )?(?:needs|requirements|criteria|profile)\s*(?:[.,!]|$|at)"
        r"|\bbasic (?:qualifications|requirements)\b|\bminimum (?:qualifications|requirements)\b"
    ),
    "courtesy": (
        r"^\W*(?:(?:dear|hi|hello|good (?:morning|afternoon|evening)|sincerely|regards|cheers"
        r"|(?:kind|best|warm|many) (?:regards|wishes|thanks)|yours)\b|(?:and |so |but |again,? "
        r"|first of all,? |once (?:again|more),? )?(?:thanks?\b|thank you|(?:we|i)(?:'d like to"
        "| would like to| want to)? (?:really |very much |truly )?(?:thank"
        "|appreciate[ds]? (?:your (?:time|interest|patience|understanding|effort|application)|you"
        "|the (?:time|effort|opportunity|interest)))|(?:we|i) (?:wish|hope|trust|regret"
        "|look forward)|wish(?:ing)? you|hop(?:e|ing)|good luck|best of luck|all the best"
        r"|please\b|feel free|do (?:keep|stay|let|feel|get|come)\b|let (?:me|us) know|if you(?:'d"
        "| would| have| want| need| wish| are)|(?:i|we)(?:'m|'d| am| are| would)(?: be)? (?:also "
        "|very |more than |really )?(?:happy|glad|delighted|pleased)|happy to|glad to"
        r"|sorry\b(?! (?:if|to say))|(?:i|we)(?:'m| am|'re| are) (?:so |very |truly )?sorry "
        "(?:not |to |for |about |(?:that )?(?:i|we) )|you asked (?:for|why)[^:,]*[.]?$"
        r"|as (?:promised|requested)\b))|\?\W*$|\b(?:would you (?:be )?(?:like|open|want|mind)"
        "|can offer you feedback|no further (?:detail|feedback)|share (?:some |the )?(?:feedback"
        "|thoughts|comments)|(?:find|see) (?:below|attached)|feedback is (?:being|a summary)"
        r"|happy to (?:share|give|talk|chat|discuss)|wish you|(?:best of|good) luck|every success"
        "|much success|learn(?:ed|ing)? (?:more |a bit |so much )?about you"
        "|encourage you to (?:also )?(?:visit|stay|explore|find|continue|keep|check|finali|update"
        r"|register|browse|look (?:at|out|for)|follow|sign|view|apply (?:for|to)))"
    ),
    "advises": (
        r"\b(?:next time|in (?:the )?future|another time|for (?:your )?next|going forward)\b"
        r"|\b(?:i'd|we'd|i would|we would|would) (?:\w{1,10} )?(?:advise|suggest|recommend"
        "|encourage|work on|look (?:again )?at|counsel|urge|move|add|drop|cut|change"
        r"|have (?:liked|welcomed|wanted|preferred|loved|been))\b|\b(?:my|our|some|one piece of"
        r"|a piece of) (?:advice|tip|suggestion|feedback)\b|\b(?:feedback|comments?"
        r"|notes?) (?:\w{1,12} ){0,4}(?:is|was|are|were|that|said)\b|\byou (?:\w{1,12} )?(?:could"
        "|should|might|need|needed|would need|lack|lacked|came across|come across|seemed|appeared"
        "|sounded|scored|lost|missed|jumped|dropped|struggled|rushed|rambled|undersold|dominated"
        "|interviewed|presented|handled|resolved|forgot|grew|built|ticked|described|asked us"
        r"|impressed|were (?:\w{1,12} ){0,2}(?:nervous|reserved|quiet|prepared|clear|vague|strong"
        "|great|good|late|the strongest|knowledgeable|a (?:bit|little|touch)|very|too|so)"
        "|did(?:n't| not)|do(?:n't| not)|were(?:n't| not)|had(?:n't| not)|have (?:no|not|n't|less"
        "|little)|have(?:n't)|tended|speak|showed|gave us|gave the|brought|answered|stood out"
        r"|knew|know|explained)\b|\byour (?:\w{1,14} ){1,5}(?:was|were|is|are|looked|sounded"
        "|seemed|felt|needs?|needed|could|had|has|did|didn't|let|came|worked|showed|lacked|lean"
        r"|leaned|ran|got|made|went|should|put|doesn't|don't|stood)\b|\b<people> (?:all |both "
        "|also |really |particularly |especially )?(?:felt|feel|found|thought|noted|noticed"
        "|commended|praised|liked|loved|appreciated|enjoyed|missed|wanted|remarked|considered"
        "|had (?:doubts|concerns|reservations)|valued|were (?:impressed|unsure|concerned|struck"
        r"|looking|hoping)|weren't sure|could tell|couldn't)\b|\bwhat (?:\w{1,8} )?(?:worked"
        r"|stood out|let you|held you|swung|tipped|we missed|we were|was missing|impressed|went)\b"
        r"|\b(?:areas? for (?:development|improvement)|room for improvement|strengths?|weaknesses?"
        r"|to improve|held you back|let you down|didn't help|did not help)\b|^\W*(?:consider"
        "|practi[sc]e|bring|give|show|prepare|research|slow|work on|avoid|try|wear|don't|don’t"
        r"|keep|get|read|ask|talk|use|make|focus|spend|learn|think about)\b|\b<others> (?:simply "
        r"|just |also |already )?(?:had|has|edged|scored|brought|came|knew|showed|offered|with)\b"
        r"|\b(?:compared|relative) (?:with|to)\b|\b(?:came down to|tipped (?:it|the)|swung (?:it"
        r"|the)|the (?:short answer|main|only|deciding|real|one) (?:\w{1,10} )?(?:reason|thing"
        r"|is that|factor|concern|point))\b|\bon question\b|\bin the (?:role play|pairing"
        "|system design|group|exercise|interview)"
    ),
    "decides": (
        r"(?:\b(?:won't|will not|shan't|shall not|unable to|not able to|cannot|can't|can not"
        "|couldn't|could not|did not|didn't|do not|don't|have not|haven't|has not|hasn't|had not"
        "|not)) (?:(?:be|been|currently|now|therefore|yet|able to|in a position to|take"
        "|have) )*(?:progress|proceed|mov|go|tak|consider|shortlist|invit|offer|select|continu"
        "|employ|book|pursu|appoint|accept|plac|cover|put|bring|hir|lead to|land|advanc|succe"
        r"|made|make it|recommend|chos|choos|approv|retain|win|keep|do much)\w{0,6}(?: (?:you|your"
        "|it|this|forward|ahead|further|through|on|with|application|cv|to|the|an|offer|next|stage"
        r"|round|any)\b)*|\b(?:an?|so|it's a|say|is a) no\b(?! \w)"
    ),
}
"""Name → pattern; ``<others>`` and ``<people>`` stand for lists of ``theme_words``."""

EXAMPLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "stock:fitted": (
        (
            "other candidates whose experience more closely matches our needs",
            "you are not the right fit at this time",
            "someone who is a better match",
        ),
        ("your experience of our sector is thin", "we fitted you in on Monday"),
    ),
    "stock:things": (
        (
            "your skills and experience are not quite a match",
            "roles that match your skills and experience",
            "after reviewing your background",
        ),
        (
            "your SQL skills did not reach the level",
            "your experience with payroll is thin",
            "we matched you with a mentor",
        ),
    ),
    "stock:field": (
        (
            "we received many strong applications",
            "due to the high volume of applications",
            "it was a difficult decision",
            "the process was very competitive",
        ),
        ("you gave many examples", "your application was strong on detail"),
    ),
    "stock:praise": (
        (
            "we were impressed with your background",
            "Your skills and experience are impressive.",
            "it is no reflection on your abilities",
            "that isn't a comment on your skills",
        ),
        ("we were impressed by how you handled the parent", "your experience in retail is thin"),
    ),
    "stock:papers": (
        (
            "after careful consideration",
            "we cannot give individual feedback",
            "we will keep your CV on file",
            "we are moving forward with other candidates.",
        ),
        ("move the summer in the museum to page one", "keep your answers short"),
    ),
    "courtesy": (
        (
            "Thank you for your time.",
            "We wish you well.",
            "Please do apply again.",
            "I am sorry not to have better news.",
            "Would you like some feedback?",
            "I'm happy to share some thoughts.",
            "We encourage you to keep an eye on our site.",
        ),
        (
            "You thanked nobody.",
            "I'm sorry that the letter gave no reasons.",
            "The panel hoped for more detail.",
        ),
    ),
    "advises": (
        (
            "Next time, slow down.",
            "I'd work on your examples.",
            "The panel felt you were vague.",
            "You came across as tired.",
            "Bring your certificates.",
        ),
        ("Our office is closed on Friday.", "Kind regards, Nadia"),
    ),
    "decides": (
        (
            "we won't be progressing your CV",
            "we are unable to take your application forward",
            "so it's a no",
        ),
        ("you didn't ask us anything", "no licence, no start"),
    ),
}
"""Name → (texts in which it must be found, texts in which it must not)."""
