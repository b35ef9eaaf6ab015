"""Polish words. Forms are separated by spaces, phrases by semicolons."""

# Numbers, clocks and calendars.
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
# What is written after a figure: 5-го, 11-ї, 20th.
DAY_SUFFIXES = "ego tego go"
HOUR_SUFFIXES = "ej tej ta"
COUNT_SUFFIXES = "mi"

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
UNTIL = "do przed"
HALF = "wpół pół"
QUARTER = "kwadrans"
HALF_TO = "do na"
PAST = "po"
TO_BEFORE = "za"
TO_AFTER = "do"
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
NOON = "południe"
MIDNIGHT = "północy północ"
YEAR = "roku r"
PERCENT = "procent procenta procenty procentów"
CURRENCIES = {
    "UAH": "hrywien hrywna hrywny hrywnę",
    "USD": "dolarów dolary dolar",
    "EUR": "euro",
    "PLN": "zł złotych złote złoty złotego",
}
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

# Answers. Phrases are separated by semicolons.
YES = """
tak; oczywiście; jasne; pewnie; zgoda; zgadzam się; potwierdzam; dobrze; pasuje; pasuje mi; może być;
super; świetnie; w porządku; zgadza się; dokładnie; niech będzie; biorę; ano; no tak; poproszę;
dobra; no dobra; no dobrze; no jasne; no pewnie
"""
# A yes that stays one although more is said; the others only are one when nothing else is.
PLAIN_YES = "tak; oczywiście; jasne; zgoda; zgadzam się; potwierdzam; pasuje; pasuje mi; biorę"
# Who says so puts it off.
DOUBT = """
chyba; raczej; może być że; zastanowię; pomyślę; zapytam; później; potem; najpierw;
sprawdzę; dam znać
"""
# A yes on a condition stays one, unless other terms are named: what the card does not hold.
CONDITION = """
jeśli; jeżeli; gdy; kiedy; czy; o ile; pod warunkiem; tylko; ale
"""
OTHER_TERMS = "taniej; drogo; za drogo; rabat; rabatem; zniżka; zniżkę; zniżką; za darmo; gratis; bezpłatnie"
WHY_NOT = "czemu nie; czemu by nie; dlaczego nie; jasne czemu nie; a czemu nie"
NO = """
nie; nie trzeba; nie pasuje; nie chcę; nie zgadzam się; nieprawda; źle; nie tak; nie mogę; nie dam rady;
rozmyśliłem się; rozmyśliłam się; zostaw; nie dziękuję; nie zgadza się
"""
# Turns the next phrase around.
NEGATIONS = "nie"
# Whoever says one of these does not simply agree.
NOT_A_YES = "poczekaj lepiej inny inną inne innym"
# Before a clause of its own.
BUT = "ale tylko lecz"
FILLER = "proszę; dziękuję; dzięki; bardzo; to; mi; mnie; no; więc; już"
DO = {
    "book": "zapisz; zapisz mnie; proszę zapisać; rezerwuję; zarezerwuj; umów; umów mnie",
    "change": "przełóż; przenieś; proszę przełożyć; zmień",
    "cancel": "odwołaj; odwołać; proszę odwołać; anuluj; odwołuję; rezygnuję",
}

# What is asked for in the menus. Phrases are separated by semicolons, a * stands for any ending.
MENU_ANYWHERE = {
    "person": "z człowiekiem; żyw* człowiek*; z kimś; konsultant*; recepcj*",
    "change": "przeło*; przełóż*; przenie*; przenos*; zmien* termin*; zmień*; zmienić; przesun*",
    "cancel": "odwoł*; anulu*; rezygnuj*; nie przyjdę",
    "visits": "moje wizyty; moja wizyta; moje rezerwacje; kiedy mam",
    "price": "cennik*; cena; ceny; cenę; ile koszt*; koszt*; ile za",
    "hours": """
godziny pracy; godziny otwarcia; godziny i adres; otwarte; czynne; kiedy pracujecie; pracujecie;
do której; adres*; gdzie; jak dojechać
""",
    "book": "umów*; umówi*; zapis*; zapisz*; rezerw*; zarezerw*; woln* termin*; wolne",
}
# Only as the whole text.
MENU_ALONE = {
    "person": "człowiek; osoba",
    "visits": "wizyty",
    "hours": "godziny",
    "back": "wstecz; cofnij; wróć; powrót",
    "more": "więcej; pokaż więcej; później; dalej; inne; inny dzień; późniejsze dni",
    "any": """
dowolny; dowolna; ktokolwiek; ktokolwiek wolny; obojętnie; wszystko jedno; bez różnicy; do kogokolwiek
""",
    "all": "wszystkie; oba; obie; obydwie",
    "thanks": "dziękuję; dzięki; dziękuję bardzo",
    "greet": "cześć; hej; dzień dobry; dobry wieczór; witam",
    "stop": "nie piszcie",
}
MENU_FILLERS = "proszę; mi; chcę"
# With one of these a visit is meant, not the talk.
VISIT = "wizyt*; rezerwac*; wszystkie"
LATE = "spóźni*; w korku; korkach; utkn*"
# How the salon offers something without a question.
OFFER = """
jeśli pani chce; jeśli pan chce; jeśli chcesz; jeśli pani sobie życzy; mogę zapytać;
mogę sprawdzić; mogę poszukać
"""
# A note of the salon with such a title tells where it is.
PLACE = "adres*; gdzie jesteśmy; dojazd"
# Words around the number of a line, and the endings and odd forms of "the first".
NUMBER_FILLERS = "numer opcja punkt proszę prosze"
LIST_ENDINGS = "y i a e ie"
LISTED = {2: "drugi druga drugie", 3: "trzeci trzecia trzecie"}

# What tells the language, what names a service, and what names nothing.
LETTERS = "ąćęłńóśźż"
COMMON = """
i to co jak mi mnie pan pani państwo my on ona chcę chciałabym chciałbym trzeba można mogę proszę dziękuję
dzięki cześć dzień dobry wieczór umówić zapisać się wizyta wizytę wizyty odwołać przełożyć kiedy ile
kosztuje cena ceny cennik dziś dzisiaj jutro pojutrze rano wieczorem strzyżenie paznokcie manicure masaż
tak nie jest są do od z ze lub albo ale także jaki jaka jakie które który tylko jeszcze już czas godzina
godzinę godziny wolny wolne wolna termin terminy miejsca wtorek środę środa czwartek piątek sobotę sobota
niedzielę niedziela poniedziałek dla po przed nasz nasza nasze tutaj tam kto gdzie będzie będę dobrze
pasuje jeśli żeby usługa usługę usługi numer adres złotych w na za o u mam ma mają mamy chce prosze
dziekuje umowic czy
"""
# Words that say which service, though they are common.
SERVICE_WORDS = "strzyżenie paznokcie masaż"
# Common words that name no service.
SMALL_WORDS = "lepiej wcześniej inny inna szybko może"

# Stems of given names as typed in Latin letters, and words that only look like one.
GIVEN_NAMES = """
katarzyn katerin swietlan małgorzat agnieszk aneta beat dorot ewelin eweli hann iwon izabel jadwig jolant
joann justyn karolin kinga paulin patrycj sylwi teres urszul wand weroni wiolet zofi zuzann andrzej michal
piotr pawel stanislaw tomasz krzysztof marcin mateusz jakub grzegorz lukasz jerzy zbigniew
"""
NOT_NAMES = """
mariage lider danych danie dania darmowy darmowe naturalno naturalny naturalni naturalnie listu kasa kasie
kasi kasu beaty martu martsi marcie marca marzec marta inne inny inna innego innej innych
"""
