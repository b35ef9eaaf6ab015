"""English words. Forms are separated by spaces, phrases by semicolons."""

# Numbers, clocks and calendars.
CARDINALS = {
    0: "zero oh", 1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight",
    9: "nine", 10: "ten", 11: "eleven", 12: "twelve", 13: "thirteen", 14: "fourteen", 15: "fifteen",
    16: "sixteen", 17: "seventeen", 18: "eighteen", 19: "nineteen", 20: "twenty", 30: "thirty", 40: "forty",
    50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety",
}  # fmt: skip
HUNDRED = "hundred hundreds"
THOUSAND = "thousand thousands grand k"

DAY_ORDINALS = {
    1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth",
    9: "ninth", 10: "tenth", 11: "eleventh", 12: "twelfth", 13: "thirteenth", 14: "fourteenth",
    15: "fifteenth", 16: "sixteenth", 17: "seventeenth", 18: "eighteenth", 19: "nineteenth",
    20: "twentieth", 30: "thirtieth",
}  # fmt: skip
# What is written after a figure: 5-го, 11-ї, 20th.
DAY_SUFFIXES = "th st nd rd"

MONTHS = {
    1: "january jan", 2: "february feb", 3: "march mar", 4: "april apr", 5: "may", 6: "june jun",
    7: "july jul", 8: "august aug", 9: "september sep sept", 10: "october oct", 11: "november nov",
    12: "december dec",
}  # fmt: skip
WEEKDAYS = {
    0: "monday mondays mon", 1: "tuesday tuesdays tue tues", 2: "wednesday wednesdays wed",
    3: "thursday thursdays thu thur thurs", 4: "friday fridays fri", 5: "saturday saturdays sat",
    6: "sunday sundays sun",
}  # fmt: skip
RELATIVE = {-1: "yesterday", 0: "today", 1: "tomorrow tmrw tmr", 2: ""}

AT = "for around about approximately by approx"
STRICT_AT = "at"
FROM = "from after since past"
BETWEEN = "between"
OF = "of"
UNTIL = "before until till"
BRITISH_HALF = "half"
QUARTER = "quarter"
PAST = "past after"
TO_BEFORE = "without"
TO_AFTER = "to till"
HOUR_WORD = "o'clock oclock"
HOURS_WORD = "hour hours hr hrs h"
MINUTES = "minute minutes min mins"
DAYS = "day days"
WEEKS = "week weeks"
IN = "in within"
PARTS = {
    "morning": "morning mornings",
    "day": "afternoon lunchtime",
    "evening": "evening evenings tonight",
    "night": "night",
}
NOON = "noon midday"
MIDNIGHT = "midnight"
PERCENT = "percent pct"
CURRENCIES = {
    "UAH": "hryvnia hryvnias hryvnya hryvnas hryvna uah",
    "USD": "dollar dollars usd bucks",
    "EUR": "euro euros eur",
    "PLN": "zloty zlotys zlotych pln",
    "GBP": "pounds pound gbp",
    "RUB": "rubles roubles rub",
}
CONJUNCTIONS = "and or"
PHRASES = {
    "half past": ("HALFPAST", 30),
    "in the evening": ("PART", "evening"),
    "in the afternoon": ("PART", "day"),
    "in the morning": ("PART", "morning"),
    "at night": ("PART", "night"),
    "after lunch": ("PART", "day"),
    "before lunch": ("PART", "morning"),
    "half an hour": ("HALFHOUR", 30),
    "half hour": ("HALFHOUR", 30),
    "an hour and a half": ("HALFHOUR", 90),
    "one and a half hours": ("HALFHOUR", 90),
    "the day after tomorrow": ("REL", 2),
    "day after tomorrow": ("REL", 2),
    "after tomorrow": ("REL", 2),
    "a week": ("ONEWEEK", 7),
    "in a week": ("SPAN", 7),
    "in an hour": ("INHOUR", 60),
}

# Answers. Phrases are separated by semicolons.
YES = """
yes; yeah; yep; yup; yes please; sure; of course; ok; okay; okey; k; correct; right; that's right;
confirm; confirmed; i confirm; sounds good; sounds great; perfect; great; fine; good; go ahead; do it;
works for me; that works; agreed; absolutely; exactly; all good; let's do it; i agree; yea; ye; y
"""
# A yes that stays one although more is said; the others only are one when nothing else is.
PLAIN_YES = """
yes; yeah; yep; yup; yes please; sure; of course; confirm; i confirm; sounds good; sounds great; go ahead;
do it; works for me; that works; agreed; absolutely; let's do it; i agree
"""
# Who says so puts it off.
DOUBT = """
maybe; perhaps; probably; might; think; thinking; ask; later; first; hold on; let me check
"""
# A yes on a condition stays one, unless other terms are named: what the card does not hold.
CONDITION = """
if; when; unless; until; as long as; provided; sure if; only; but
"""
OTHER_TERMS = "cheaper; expensive; pricey; discount; for free; free of charge"
WHY_NOT = "why not; sure why not"
NO = """
no; nope; nah; no thanks; no thank you; not now; don't; do not; please don't; wrong; incorrect;
not correct; not that; never mind; nevermind; i changed my mind; changed my mind; doesn't work;
does not work for me; can't make it; i can't make it; not coming; i'm not coming; leave it; leave as is;
no way; n
"""
# Turns the next phrase around.
NEGATIONS = "don't; dont; do not; please don't"
# Whoever says one of these does not simply agree.
NOT_A_YES = "stop wait better other"
# Before a clause of its own.
BUT = "but only though"
# A "not" that no phrase of refusal holds.
NOT = "not never"
FILLER = "please; pls; thanks; thank you; very much; it; me; that; this; then; well; oh; so; i; the"
DO = {
    "book": "book; book it; book me; book me in; please book it; reserve; reserve it",
    "change": "move; move it; change it; reschedule; reschedule it",
    "cancel": "cancel; cancel it; cancel please; please cancel; cancel them",
}

# What is asked for in the menus. Phrases are separated by semicolons, a * stands for any ending.
MENU_ANYWHERE = {
    "person": """
human; real person; live person; a person; talk to someone; speak to someone; administrator*; operator*;
manager*; receptionist*; admin; call me
""",
    "change": """
move; reschedul*; change my; change the; change a; change visit; change appointment; change time; postpone
""",
    "cancel": "cancel*; won't come; can't come; cannot come",
    "visits": "my visit*; my booking*; my appointment*; my reservation*; when am i; when is my",
    "price": "price*; pricing; cost*; how much; fee; fees",
    "hours": """
opening hours; working hours; business hours; opening times; are you open; you open; do you open;
do you close; address*; where are you; location; how to find you; find you
""",
    "book": "book*; reserv*; appointment*; free slot*; free time*; available; availability",
}
# Only as the whole text.
MENU_ALONE = {
    "person": "person; someone",
    "visits": "visits; bookings; appointments",
    "hours": "hours; open",
    "back": "back; go back; previous",
    "menu": "menu; main menu; start over",
    "start": "start",
    "more": "more; show more; later; next; other; another day; later days",
    "any": "any; anyone; anybody; whoever; anyone who is free; doesn't matter; don't care; no matter",
    "all": "all; all of them; both; both of them",
    "thanks": "thanks; thank you; thank you very much; thx",
    "greet": "hello; hi; hey; good morning; good afternoon; good evening",
    "stop": "stop; unsubscribe",
}
MENU_FILLERS = "please; me; i want; the; a"
# With one of these a visit is meant, not the talk.
VISIT = "visit*; appointment*; booking*; reservation*; all"
LATE = "late; running late; be late; stuck in traffic; traffic jam; delayed; held up"
# How the salon offers something without a question.
OFFER = """
if you like; if you want; if you wish; if you would like; if you'd like; i can ask; i can look;
i can check
"""
# A note of the salon with such a title tells where it is.
PLACE = "address*; location; where we are; how to find us"
# Words around the number of a line, and the endings and odd forms of "the first".
NUMBER_FILLERS = "number no option the please"
LIST_ENDINGS = "th"

# What tells the language, what names a service, and what names nothing.
COMMON = """
the a an i you we he she it is are was were be to for at in of and or but with my your our me us please
thanks thank hello hi hey good morning evening afternoon day want would like need can could book booking
cancel move reschedule appointment visit when what which who where how much many does do cost price prices
today tomorrow next week free available slot slots time haircut manicure pedicure massage yes no not have
has there any this that on from after before until between also only still already open close closed
opening hours address monday tuesday wednesday thursday friday saturday sunday will would see so if then
here let know sure great i'm i'd it's don't done sorry write send choose number service services total
booked moved cancelled hair nails color coloring
"""
# Words that say which service, though they are common.
SERVICE_WORDS = "haircut manicure pedicure massage hair nails color coloring"
# Common words that name no service.
SMALL_WORDS = "better earlier anything something another soon possible"

# Stems of given names as typed in Latin letters, and words that only look like one.
GIVEN_NAMES = """
katherin catherin ire helen christin gabriel alis alic diana dian emili emily emma sofi sophi jessic
jennif sarah sara laura linda nicole rebecca rachel hannah olivia isabell isabel angelin angel robert
daniel david michael john james peter thomas steven kevin brian jason
"""
NOT_NAMES = """
marine marina's marble march mark market married marriage romantic davide person personal angle martha's
inner inna's leser lesson less lest ideal yang yank alina's angles patron emilia's natural hannahs olha's
yana's zoya's irena's beata's beat beats kinga's marta's marts mart marte alone along alongside alonso
romana's romans wanda's barbara's barber barbers sari saris inn inns
"""
