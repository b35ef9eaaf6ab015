"""Polish words of numbers, clocks and calendars. Forms are separated by spaces."""

CARDINALS = {
    0: "zero", 1: "jeden jedna jedno jedną jednego jednej", 2: "dwa dwie dwóch dwu", 3: "trzy trzech",
    4: "cztery czterech", 5: "pięć pięciu", 6: "sześć sześciu", 7: "siedem siedmiu", 8: "osiem ośmiu",
    9: "dziewięć dziewięciu", 10: "dziesięć dziesięciu", 11: "jedenaście jedenastu",
    12: "dwanaście dwunastu", 13: "trzynaście trzynastu", 14: "czternaście czternastu",
    15: "piętnaście piętnastu", 16: "szesnaście szesnastu", 17: "siedemnaście siedemnastu",
    18: "osiemnaście osiemnastu", 19: "dziewiętnaście dziewiętnastu", 20: "dwadzieścia dwudziestu",
    30: "trzydzieści trzydziestu", 40: "czterdzieści czterdziestu", 50: "pięćdziesiąt pięćdziesięciu",
    60: "sześćdziesiąt sześćdziesięciu", 70: "siedemdziesiąt siedemdziesięciu",
    80: "osiemdziesiąt osiemdziesięciu", 90: "dziewięćdziesiąt dziewięćdziesięciu", 100: "sto stu",
    200: "dwieście dwustu", 300: "trzysta trzystu", 400: "czterysta czterystu", 500: "pięćset pięciuset",
    600: "sześćset sześciuset", 700: "siedemset siedmiuset", 800: "osiemset ośmiuset",
    900: "dziewięćset dziewięciuset",
}  # fmt: skip
THOUSAND = "tysiąc tysiące tysięcy tys"
ONE_AND_HALF = "półtora półtorej"

ORDINAL_STEMS = {
    1: "pierwsz", 4: "czwart", 5: "piąt", 6: "szóst", 7: "siódm", 8: "ósm", 9: "dziewiąt", 10: "dziesiąt",
    11: "jedenast", 12: "dwunast", 13: "trzynast", 14: "czternast", 15: "piętnast", 16: "szesnast",
    17: "siedemnast", 18: "osiemnast", 19: "dziewiętnast", 20: "dwudziest", 30: "trzydziest",
}  # fmt: skip
HOUR_ENDINGS = "a ą ej"
DAY_ENDINGS = "ego"
HOUR_ORDINALS = {2: "druga drugą drugiej", 3: "trzecia trzecią trzeciej"}
DAY_ORDINALS = {2: "drugiego", 3: "trzeciego"}

MONTHS = {
    1: "styczeń stycznia styczniu sty stycz", 2: "luty lutego lutym lut", 3: "marzec marca marcu mar",
    4: "kwiecień kwietnia kwietniu kwi", 5: "maj maja maju", 6: "czerwiec czerwca czerwcu cze",
    7: "lipiec lipca lipcu lip", 8: "sierpień sierpnia sierpniu sie", 9: "wrzesień września wrześniu wrz",
    10: "październik października październiku paź", 11: "listopad listopada listopadzie lis",
    12: "grudzień grudnia grudniu gru",
}  # fmt: skip
WEEKDAYS = {
    0: "poniedziałek poniedziałku poniedziałku poniedziałki poniedziałkiem pon pn",
    1: "wtorek wtorku wtorki wtorkiem wtorkach wt",
    2: "środa środy środę środzie środą śr",
    3: "czwartek czwartku czwartki czwartkiem czwartkach czw",
    4: "piątek piątku piątki piątkiem piątkach pt",
    5: "sobota soboty sobotę sobocie sobotą sob",
    6: "niedziela niedzieli niedzielę niedziele niedzielą ndz niedz",
}
RELATIVE = {-1: "wczoraj", 0: "dziś dzisiaj", 1: "jutro", 2: "pojutrze"}

AT = "na około ok koło v k w"
STRICT_AT = "o"
FROM = "od po"
BETWEEN = "między pomiędzy"
OF = ""
UNTIL = "do przed"
HALF = "wpół pół"
GLUED_HALF = ""
QUARTER = "kwadrans"
HALF_TO = "do na"
PAST = "po"
TO_BEFORE = "za"
TO_AFTER = "do"
QUARTER_OF = ""
HOUR_WORD = "godzina godzinie"
HOURS_WORD = "godziny godzin godzinę godz h"
MINUTES = "minuta minuty minutę minut min"
DAYS = "dzień dni dnia"
WEEKS = "tydzień tygodnie tygodni"
IN = "za"
PARTS = {
    "morning": "rano ranem ranek",
    "day": "popołudniu popołudnie",
    "evening": "wieczorem wieczór wieczorek wieczora",
    "night": "nocy nocą",
}
OF_DAY = ""
NOON = "południe"
MIDNIGHT = "północy północ"
NUMBER_OF_DAY = ""
YEAR = "roku r"
PERCENT = "procent procenta procenty procentów"
CURRENCIES = {
    "UAH": "hrywien hrywna hrywny hrywnę",
    "USD": "dolarów dolary dolar",
    "EUR": "euro",
    "PLN": "zł złotych złote złoty złotego",
}
HALF_HOUR = ""
CONJUNCTIONS = "i lub albo czy a"
PHRASES = {
    "po południu": ("PART", "day"),
    "przed południem": ("PART", "morning"),
    "w południe": ("NOON", 720),
    "w nocy": ("PART", "night"),
    "pół godziny": ("HALFHOUR", 30),
    "półtorej godziny": ("HALFHOUR", 90),
    "za tydzień": ("SPAN", 7),
    "po jutrze": ("REL", 2),
}
