"""English words of numbers, clocks and calendars. Forms are separated by spaces."""

CARDINALS = {
    0: "zero oh", 1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight",
    9: "nine", 10: "ten", 11: "eleven", 12: "twelve", 13: "thirteen", 14: "fourteen", 15: "fifteen",
    16: "sixteen", 17: "seventeen", 18: "eighteen", 19: "nineteen", 20: "twenty", 30: "thirty", 40: "forty",
    50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety",
}  # fmt: skip
HUNDRED = "hundred hundreds"
THOUSAND = "thousand thousands grand k"
ONE_AND_HALF = ""
BRITISH_HALF = "half"

ORDINAL_STEMS: dict[int, str] = {}
HOUR_ENDINGS = ""
DAY_ENDINGS = ""
HOUR_ORDINALS: dict[int, str] = {}
DAY_ORDINALS = {
    1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth",
    9: "ninth", 10: "tenth", 11: "eleventh", 12: "twelfth", 13: "thirteenth", 14: "fourteenth",
    15: "fifteenth", 16: "sixteenth", 17: "seventeenth", 18: "eighteenth", 19: "nineteenth",
    20: "twentieth", 30: "thirtieth",
}  # fmt: skip

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
HALF = ""
BRITISH_HALF = "half"
GLUED_HALF = ""
BRITISH_HALF = "half"
QUARTER = "quarter"
HALF_TO = ""
PAST = "past after"
TO_BEFORE = "without"
TO_AFTER = "to till"
QUARTER_OF = ""
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
OF_DAY = ""
NOON = "noon midday"
MIDNIGHT = "midnight"
NUMBER_OF_DAY = ""
YEAR = ""
PERCENT = "percent pct"
CURRENCIES = {
    "UAH": "hryvnia hryvnias hryvnya hryvnas hryvna uah",
    "USD": "dollar dollars usd bucks",
    "EUR": "euro euros eur",
    "PLN": "zloty zlotys zlotych pln",
    "GBP": "pounds pound gbp",
    "RUB": "rubles roubles rub",
}
HALF_HOUR = ""
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
