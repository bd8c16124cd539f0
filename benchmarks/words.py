"""The word lists from which the sample mailbox is written: invented names, plain sentences.

Only data.  Every address lies in a domain reserved by RFC 2606 and RFC 6761.
"""

from __future__ import annotations

ME = ("Robin Avery", "robin.avery@mailbox.example")

PEOPLE = (
    *("Zoë Marchetti", "Łukasz Wrona", "Ifeoma Adair", "Tomás Ó Briain", "Greta Sandvik"),
    *("Hassan Okafor", "Maud Tillery", "Jürgen Blaß", "Priya Venkat", "Odile Fournier"),
    *("Sam Whitlock", "Núria Pons", "Kwame Asante", "Bea Lindqvist", "山本 由紀", "Ada Penrose"),
    *("Cormac Daly", "Ewa Zielińska", "Ravi Menon", "Lottie Farrow", "Søren Krogh", "Nina Petrov"),
)
HOUSES = ("mailbox.example", "postbag.example", "inbox.test", "letters.example", "home.test")

COMPANIES = (
    *("Harrowgate Freight", "Tidewater Analytics", "Nettle & Wren", "Cobalt Orchard", "Fennmoor"),
    *("Quayside Robotics", "Larkspur Health", "Brindle Energy", "Stonecrop Foods", "Vireo Labs"),
    *("Ashdown Rail", "Pellucid Optics", "Mossbank Insurance", "Juniper Grid", "Saltmarsh Media"),
    *("Copperfield Logistics", "Thistle Bank", "Northlight Games", "Rookery Software", "Ember Bio"),
)
ROLES = (
    *("Logistics Planner", "Data Analyst", "Operations Manager", "Supply Chain Analyst"),
    *("Transport Coordinator", "Product Manager", "Backend Engineer", "Inventory Controller"),
    *("Customer Success Lead", "Project Manager", "Demand Planner", "Business Analyst"),
)
SENDERS = (
    *("Fernleigh Books", "Orchard Street Cinema", "Wheelhouse Cycles", "The Morning Ledger"),
    *("Hopscotch Travel", "Kiln & Clay", "Parish Allotments", "Tinker's Weekly", "Grainstore"),
    *("Bluebell Outdoors", "Lanternfish Audio", "Penny Post", "Marrow Kitchen", "Larch Records"),
)
NOTICES = (
    ("Tamar Savings", "Your statement is ready"),
    ("Parcelwing", "Your parcel is on its way"),
    ("CodeNest", "[roof/garden] New comment on request 41"),
    ("Brook Water", "Your bill for this quarter"),
    ("Wheelhouse Cycles", "Order received"),
    ("City Library", "A book you asked for has arrived"),
    ("Dr Vane's Practice", "Reminder of your appointment"),
    ("Railhop", "Your ticket and receipt"),
)
JOB_SITES = ("Jobnettle", "Rolefinch", "Careermoth")

WHO = (
    *("The neighbour", "My sister", "The plumber", "Our team", "The council", "Her cousin"),
    *("The landlord", "The choir", "Somebody at the gate", "The new baker", "Dad", "The school"),
)
DID = (
    *("has painted", "wants to borrow", "finally mended", "forgot about", "asked after"),
    *("is selling", "took pictures of", "moved", "cannot find", "promised to bring"),
    *("has ordered", "is looking for", "brought back", "would like to see", "measured"),
)
WHAT = (
    *("the old bicycle", "the kitchen table", "two boxes of plums", "the garden shed"),
    *("the blue tent", "the accounts for March", "that long ladder", "the train tickets"),
    *("a spare key", "the minutes of the meeting", "the yellow curtains", "the projector"),
    *("our tickets for the concert", "the second draft", "a bag of seed potatoes", "the map"),
)
WHEN = (
    *("on Tuesday", "before the weekend", "after lunch", "last night", "at about half past six"),
    *("while we were away", "in spite of the rain", "as soon as the shop opens", "next month"),
    *("for the third time this year", "without telling anyone", "when the heating came back"),
)
SUBJECTS = (
    *("Saturday", "The shed again", "Photos from the lake", "Minutes of the meeting", "Keys"),
    *("Dinner on Friday?", "Invoice for the fence", "Draft, second attempt", "Train times"),
    *("Choir practice moved", "Grüße aus Köln", "Café près de la gare", "Zażółć", "週末の予定"),
    *("Figures for the quarter", "Reading list", "Where did you put the ladder?", "Thank you"),
)
FOREIGN = (
    "Wir sehen uns am Samstag gegen fünf, bring bitte die großen Töpfe mit.",
    "Die Brücke ist wieder gesperrt, nimm lieber den Zug über Lübeck.",
    "Je passerai chez toi après le marché, vers onze heures, avec des fraises.",
    "L'électricien n'est pas encore passé, il promet de venir jeudi.",
    "Mañana llevo a la niña al médico y después comemos en casa de la abuela.",
    "W niedzielę jedziemy nad jezioro, zostało jedno wolne miejsce w samochodzie.",
    "土曜日の午後、駅前の喫茶店で会いましょう。",
    "Vi ses på fredag, glöm inte att ta med kartan och två säckar kol.",
)
GREETINGS = (
    "Hi Robin,",
    "Hello Robin",
    "Dear Robin,",
    "Robin,",
    "Hi there,",
    "Good morning Robin,",
)
CLOSINGS = ("Best wishes,", "Kind regards", "Cheers", "Thanks,", "Many thanks,", "Yours,", "Bye!")

STYLE = "".join(
    f".c{i}{{margin:0;padding:{i % 24}px {i % 9}px;font:{11 + i % 9}px/1.5 Arial,sans-serif;"
    f"color:#{i * 4099 % 0xFFFFFF:06x};background-color:#fff}}\n"
    for i in range(40)
)
"""The style sheet that every newsletter carries: text that is not to be read."""
