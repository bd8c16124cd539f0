"""The patterns by which the themes of feedback are read, as data, with examples that are tests.

A theme has a ``subject``, of which a clause says something (``good``, ``bad``, or ``fine``, which
is praise for all its "nothing wrong"), or phrases that ``say`` both at once.  Apostrophes are
straight, case does not count, and texts are capped before they are read.
"""

from __future__ import annotations

import re
from functools import cache
from re import Pattern

from mailsense.report import stock_words

OTHERS = (
    r"(?:(?:the |an?)?\s?(?:other|successful|appointed|chosen|winning|selected"
    r"|eventual) (?:\w{1,12} )?(?:candidates?|applicants?|finalists?|person|people|lady|man|woman"
    "|interviewees?)|another (?:candidate|applicant|finalist|person)|someone else|somebody else"
    "|(?:some|one of the )?others?)"
)
PEOPLE = (
    "(?:the (?:panel|team|client|(?:hiring )?manager|board|interviewers?|committee|group|head"
    "|partners|governors|engineers)|(?:our|my) (?:team|engineers|colleagues?|client|manager)"
    "|interviewers?|we|they|i|he|she|chef|some of us|some people|people)"
)

SOURCES: dict[str, str] = {
    "bad": (
        r"\b(?:(?:rather|quite|very|ever so) (?:long|short|fast|slow|general|dense)|"
        "little (?:about|of|experience|evidence)|hardly|barely|neither|"
        "lack(?:s|ed|ing)?|limited|weak(?:er|ness|est)?|miss(?:ing|ed)|insufficient|too|thin"
        "|short (?:of|on)|(?:falls?|fell|came) short|need(?:s|ed|ing)?|uneven|shaky|rehearsed"
        "|vague|generic|unclear|uncertain|unsure|doubts?|concern(?:s|ed)?|reservations|worr(?:y"
        r"|ied)|below|jumped|lost|los(?:e|es|ing)|struggl\w{1,3}|improv\w{1,5}|practi[sc]e|work on"
        "|brush up|develop(?:ment|ing)?|advi[sc]e|suggest|recommend|encourage|counsel|urge"
        "|next time|unfinished|untested|hard to|tough to|harder|less|only|instead|rather than"
        r"|require[sd]?|calls? for|wish|poor|nervous|sagged|dropped|drifted|rushed|rambl\w{2,3}"
        "|a (?:bit|little|touch|tad)|mostly|in part|gaps?|edged|wrong|forgot|incorrect|mistakes?"
        r"|errors?|typos?|question mark|over-?\w{3,12}ed|don't|do not|didn't|did not|wasn't"
        "|weren't|isn't|aren't|couldn't|cannot|can't|hadn't|haven't|doesn't|not|never|without"
        "|no(?! (?:later|doubt|longer|wrong|problem|worries|right))|nor|hoping|hoped|expected"
        "|expecting|would (?:have|need|help|make)|could (?:have|be|do|use|also)|could've|should"
        r"|would've|wanted|looking for|prefer(?:red)?|had to|more (?:of|\w{4,14})|stronger|clearer"
        "|sharper|longer|let you down|held you back|slow(?:er|ly)?|quick(?:er|ly)|get (?:your"
        r"|some|a|more)|gain|consider|look again|spend|beyond|above our|outside|exceed\w{0,3}"
        "|high(?:er)? than|dominated|undersold|left (?:behind|out)|shorten(?:ing)?|quiet|reserved"
        r"|ran (?:over|out|\w{2,6} minutes)|fake|confus\w{2,4}|stilted|flat|dry|late|read from"
        r"|tended)\b|n't\b"
    ),
    "fine": (
        r"\b(?:nothing (?:wrong|to (?:fault|criticise|improve))|no (?:concerns?|complaints?"
        r"|doubts?|weakness\w{0,2})|not (?:a lot|much|a thing) to improve|couldn't fault|(?:can't"
        "|cannot) fault|no-?one (?:doubted|disputed)|could not have (?:been|done)"
        "|couldn't have (?:been|done)|more than (?:enough|able|capable)|not (?:a|an) issue"
        "|not the (?:problem|issue)|stronger than|more than most|second best|too good"
        r"|(?<!not )(?<!n't )(?<!not quite )good enough|better than (?:most|anyone|anybody))\b"
    ),
    "good": (
        r"\b(?:strong(?:est|ly)?|excellent|excelled|great(?! (?:news|deal|many))|good(?! (?:news"
        "|many|luck))|(?<!as )(?<!wish you )well|impressive|impressed|outstanding|solid|sound"
        "|polished|clear(?:ly)?|lovely|brilliant(?:ly)?|terrific|fine|neat|fantastic|wonderful"
        "|superb|thoughtful|thorough|capable|calm|confident(?:ly)?|convincing|compelling"
        "|inspiring|lively|accurate|honest|knowledgeable|liked|loved?(?! to)|like(?! to)"
        "|enjoyed(?! (?:speaking|talking|meeting|our|hearing|reading|getting|the (?:conversation"
        "|chat|talk)))|appreciated|commend(?:ed)?|praised|valued|admired|highly|stood out"
        "|positive|best(?! (?:of|regards|wishes|match|fit|person|candidate))|strengths?|a joy"
        "|a pleasure|warm|first[- ]rate|top|spot[- ]on|right away|straight away|above (?:average"
        "|the)|engag(?:ed|ing)|articulate|creative|original|shone|you passed|really (?:came"
        r"|showed)|well[- ]\w{3,12})\b"
    ),
    "skills:subject": (
        r"\b(?:sql|excel|python|java(?:script)?|typescript|kubernetes|docker|terraform|aws|azure"
        r"|rust|golang|react|sap|ifrs|cad|photoshop|figma|c\+\+|linux|code|coded|coding"
        "|programming|algorithms?|data structures|system[- ]design|debugging|technical(?:ly)?"
        r"|statistic\w{0,4}|maths?|mathematics|numerical|numeracy|arithmetic|analytical|analysis"
        "|modelling|modeling|forecasting|spreadsheets?|pivot tables?|role[- ]?play"
        "|pairing session|lesson|audition|drafting|skills?|skill ?set|knife|typing|pronunciation"
        "|intonation|(?:written|typing|coding|technical|practical|aptitude|reasoning"
        "|skills) (?:test|exercise|task|round)|test results?|marking sheet|take-?home|whiteboard"
        "|exercise|in-?tray|case study|portfolio|github|reel|translation|literature|proposal"
        "|german|french|dutch|english|spanish|italian|portuguese|polish|mandarin|japanese|arabic"
        "|welsh|swedish|norwegian|danish|finnish|russian|irish|hindi|urdu|chinese|korean|turkish"
        r"|greek|ielts|languages?|fluen(?:t|cy)|certificat\w{1,6}|qualification|accredit\w{2,6}"
        "|diploma|degree|master's|phd|licence|license|ticket|cscs|registration|knowledge"
        r"|expertise|competenc\w{1,3}|hands-on|paperwork|safeguarding|medication|first aid"
        "|(?:test )?coverage|unit tests|no tests|prioriti[sz]ation|time management|budgeting"
        r"|pricing|negotiat\w{2,4})\b"
    ),
    "experience:subject": (
        r"\b(?:your volunteering|experience[ds]?|background(?! check)|track record|exposure"
        "|years? (?:of|in|at|on|more|behind)|(?:more|ten|five|two|three) years"
        "|previous(?:ly)? (?:work|role|job|used|run|led)|already (?:used|worked|run|led|done|sold"
        "|managed)|(?:has|had|have|who'd|he'd|she'd) (?:already |actually |previously )?(?:run"
        "|led|managed|sold|worked|shipped|used|built|done) |worked (?:in|with|for|at|on)"
        r"|from (?:within|the|our) (?:\w{1,14} )?(?:sector|industry)|(?:sector|industry|domain)"
        "|seasoned|publications?|published|shipped titles|practical work|case load"
        r"|portfolio of (?:clients|work)|history (?:in|of|with))\b"
    ),
    "communication:subject": (
        r"\b(?:communicat\w{1,5}|your (?:\w{1,12} )?answers?|(?:some|several|two|many|few"
        "|the) of (?:your|the) answers|the answers|how you answer(?:ed)?|answer(?:ing)? (?:the"
        r"|questions)|(?:concrete |specific |real |better |more )?examples?|explain\w{0,3}"
        r"|explanations?|presentation|presented|presenting|your (?:\w{1,12} )?stor(?:y|ies)"
        "|storytelling|you spoke|you speak|public speaking|talk(?:ed|ing)? (?:us through|over|too"
        "|more|less|fast)|(?:you|really|active|to) listen(?:ed|ing)?|(?:ask"
        r"|asked) (?:us )?(?:(?:any|more|some|the|very|no) )*(?:good |best |better |smart )?"
        r"questions"
        r"|eye contact|nervous\w{0,4}|(?:your|more"
        "|lack(?:ed|ing|s)?(?: of| in)?|with|some|greater|bit of) confiden(?:t|ce)(?: close)?"
        r"|rambl\w{2,3}|concise\w{0,4}|long-?winded|go(?:ne)? quiet when|the thread|to the point"
        "|(?:more|enough|greater|further|in|on) detail|structured?|star method|(?:cover"
        "|covering) letter|(?<!in )(?<!in your )(?<!in the )(?<!from your )(?:cv|résumé|resume)"
        "|curriculum|application form|personal statement"
        "|supporting statement|typos?|spelling|grammar|slides?|pitch|(?:from )?your notes"
        "|undersold|you interviewed|interview technique|your interview|rapport|your tone"
        "|articulate|body language|pace|rehearsed|rushed|numbers in|metrics|figures|dates on"
        "|handwriting|teaching statement|minutes late|(?:you were|arrived|turned up|turning up"
        r"|being) late|punctual\w{0,3}|weaknesses question|your close|confident close|came across"
        r"|come across|person specification)\b"
    ),
    "communication:says": (
        r"\b(?:(?:bit|little|touch|tad|rather|quite|too|very|somewhat|seemed|appeared"
        r"|as) (?:reserved|quiet|shy|nervous|long-?winded|hesitant)|undersold)\b"
    ),
    "fit:says": (
        r"\b(?:you dominated|(?:left|shut) (?:the )?others out|quieter participants"
        "|weren't (?:that |all that |very )?bothered|seemed (?:uninterested|bored|disinterested)"
        r"|couldn't see you (?:here|with us|in the team))\b"
    ),
    "fit:subject": (
        r"\b(?:cultur(?:e|al|ally)|(?:team|cultural|culture) fit|fit (?:with|into|in) (?:the|our)"
        r"|our values|motivat\w{1,5}|passion(?:ate)?|(?<!\bour )enthusias\w{1,4}"
        r"|interest(?:ed)? in (?:us|our"
        "|the (?:company|role|firm|job|sector))|keen|personality|attitude|working style"
        "|way of working|why you (?:want|wanted|applied)|research(?:ed)? (?:the|our|us|on)"
        r"|(?:know|knew|knowing|seemed to know|knowledge) (?:\w{1,8} ){0,3}(?:about|of) (?:us|our"
        "|the (?:company|firm|charity|school|business|collection|product))|mention(?:ed)? our"
        r"|bothered|bored|team player|teamwork|collaborat\w{2,5}|energy|curiosity|humility|humour"
        "|honesty|integrity|warmth|autonomy|commitment|reasons? for (?:leaving|applying|moving)"
        r"|leaving your|quieter participants|commercial awareness|work with others)\b"
    ),
    "level:says": (
        r"\b(?:(?:(?:a )?(?:bit|little|touch|tad|shade|fraction) (?:too |on the )?|too |far too "
        "|rather |still |slightly (?:too )?|somewhat (?:too )?)(?:junior|senior|inexperienced"
        "|green|early (?:in (?:your|his|her) career|on in your))|over-?qualified|under-?qualified"
        r"|(?:the |a |this |big )step (?:up|down|back)\b|more (?:senior|junior"
        "|seasoned)(?! (?:team|colleagues))|(?:good bit|lot|little) more (?:senior|seasoned"
        "|experienced)|not (?:quite )?(?:yet )?(?:ready|senior enough)"
        r"|n't (?:quite )?(?:yet )?(?:ready|senior enough)|seniority|at (?:the|that|this) level\b"
        "|level of (?:seniority|responsibility)|(?:managed|managing|leading|led"
        r"|lead) (?:a )?teams? of|early in your career|bored in)\b"
    ),
    "level:subject": (r"\b(?:leadership|managing people|people management|line management)\b"),
    "pay:says": (
        r"\b(?:(?:salary|pay|wage|compensation|rate|package) (?:\w{1,12} ){0,3}(?:expectations?"
        r"|requirements?|ask|gap|range)(?: (?:\w{1,12} ){0,4}(?:above|beyond|over|outside|higher"
        r"|exceed\w{0,3}|too high|out of))?|(?:above|beyond|over|outside|exceed\w{0,3}) (?:our|the"
        r"|their|what) (?:\w{1,10} )?(?:band|budget|range|pay)|asking (?:for )?(?:more|too much)"
        "|(?:can't|couldn't|cannot|unable to|not able to) (?:match|afford|meet"
        r"|stretch to) (?:your |the )?(?:\w{1,12} )?(?:salary|rate|pay|expectations?|figure"
        r"|package)|(?:too |more )expensive|offer you the money)\b"
    ),
    "logistics:says": (
        r"\b(?:(?:the |your |a |long |came down to |because of )(?:commute|location|travel time)"
        r"|relocat\w{1,4}|visa sponsorship|sponsor (?:a |your |any )?(?:work )?visas?|work permit"
        "|right to work|residency permit|notice period|immediate(?:ly)? (?:joiners?|available"
        "|start)|(?:start|join) (?:straight away|right away|from day one|immediately|earlier"
        "|sooner)|on call from|(?:your|his|her|their|the) availability|(?:can't|can not|cannot"
        r"|couldn't|could not|unable to) (?:do|work) (?:\w{1,10} )?(?:weekends?|nights?|shifts?"
        "|evenings?|mornings?|full[- ]time)|(?:do|work|cover) (?:weekends?|nights?)|days (?:a|per"
        r"|each) week|(?:on[- ]?site|in the office|in person) (?:\w{1,10} ){0,4}(?:days"
        "|full[- ]time|every)|hours you|(?:hours?'?|miles?|far) (?:each way|away)|time ?zones?"
        "|reside|based (?:in|too far|outside|elsewhere|closer|locally)|citizenship"
        r"|security clearance|sc clearance)\b"
    ),
    "competition:says": (
        r"\b(?:runners?-? ?up|(?:very |a )?close second|(?:our |the )?second choice|came second"
        r"|pipped|(?:came|was|went|got) (?:\w{1,6} )?down to (?:you|two|the (?:two|last|final))"
        "|(?:it|this|that) was (?:a )?(?:very |so |really |extremely |incredibly "
        "|desperately )?close(?: (?:thing|call|run))?(?=[,.;!]|$| and| between)|coin toss"
        "|neck and neck|photo finish|by a (?:whisker|nose|hair)|(?:tipped|swung) (?:it"
        r"|the (?:scales|balance|decision))|<others>(?:'s?)? (?:\w{1,10} ){0,2}(?:ha[ds] (?!been"
        r"|accepted|to\b|now|since|an?\b|the\b|withdrawn|taken|started|signed)|edged|scored"
        r"|already|brought|with (?:more|\w{2,12} years)|who(?:'d|'s| already)|simply|fluent)"
        r"|the other (?:\w{1,12} ){0,2}'s|compared (?:with|to) the (?:other|others)"
        "|(?<!wanted )(?<!want )(?<!need )(?<!needs )(?<!needed )(?<!for )someone (?:who'd"
        r"|who had|who has|with (?:more|ten|years|\w{2,9} years))|(?:had|has|with) (?:simply "
        r"|a little |slightly |rather )?more (?:\w{1,14} ){0,3}(?:experience"
        r"|years)(?: \w{1,12}){0,4} than you)\b"
    ),
}
"""Name → pattern; ``<others>`` and ``<people>`` stand for the two lists above."""


@cache
def pattern(name: str) -> Pattern[str] | None:
    """Return the pattern of that name, compiled when it is first asked for; None: there is none."""
    source = SOURCES.get(name) or stock_words.SOURCES.get(name)
    if source is None:
        return None
    return re.compile(source.replace("<others>", OTHERS).replace("<people>", PEOPLE), re.I)


EXAMPLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "bad": (
        (
            "was limited",
            "a bit long",
            "could have been clearer",
            "you didn't say",
            "we wanted more",
        ),
        ("was strong", "nice and short", "very well done"),
    ),
    "fine": (
        ("nothing wrong with it", "not a lot to improve", "is good enough"),
        ("something wrong", "a lot to improve", "not good enough"),
    ),
    "good": (
        ("was excellent", "really well", "they liked it", "a clear plan"),
        ("great news", "all the best of luck", "I would like to meet", "we enjoyed meeting you"),
    ),
    "skills:subject": (
        ("your SQL", "the coding test", "your German", "a forklift ticket", "case study"),
        ("your commute", "the office", "a testing time"),
    ),
    "experience:subject": (
        ("your experience", "five years of it", "had run a kitchen", "your track record"),
        ("background check", "this year", "he ran late"),
    ),
    "communication:subject": (
        ("your answers", "concrete examples", "your cover letter", "eye contact", "the thread"),
        ("the answer is no", "speaking with you", "the late shift", "could not find it in your CV"),
    ),
    "communication:says": (
        ("a touch reserved", "you undersold it", "too quiet"),
        ("all rights reserved", "a quiet office"),
    ),
    "fit:says": (
        ("you dominated the talk", "you weren't that bothered"),
        ("the market is dominated by two", "no bother"),
    ),
    "fit:subject": (
        ("your motivation", "knew little about our customers", "team player", "cultural fit"),
        ("a well fitted kitchen", "the interest rate"),
    ),
    "level:says": (
        ("a touch too junior", "overqualified", "the step up", "not quite ready"),
        ("Junior Level Designer", "a green coat", "our senior engineers", "a step further"),
    ),
    "level:subject": (
        ("leadership", "managing people"),
        ("leader article", "a level playing field"),
    ),
    "pay:says": (
        ("salary expectations", "beyond our band", "asking for more"),
        ("a competitive salary", "pay attention", "ask for more time"),
    ),
    "logistics:says": (
        ("the commute", "right to work", "notice period", "can't do weekends"),
        ("commuter belt", "we noticed", "have a good weekend"),
    ),
    "competition:says": (
        (
            "came second",
            "it was very close,",
            "somebody else simply had ten more years",
            "tipped the scales",
        ),
        (
            "the other candidate has a train to catch",
            "the successful candidate has accepted",
            "we wanted someone who had used it",
            "we close at five",
        ),
    ),
}
"""Name → (texts in which it must be found, texts in which it must not)."""
