"""How people say that a visit was made, moved or cancelled, in four languages; matched against bare text."""

import re

from botbackend.lib.letters import bare_letters

_UK = r"""
(?:я |ми |вже |уже |щойно )*(?:записа(?:в|ла|ли|но)|забронюва(?:в|ла|ли|но)|заброньован(?:о|а|ий|і)
|зарезервова(?:но|ний|на|ні)|зарезервува(?:в|ла|ли)|оформи(?:в|ла|ли)|оформлен(?:о|ий|а|і)|підтверди(?:в
|ла|ли)|підтверджен(?:о|ий|а|і)|перен(?:іс|есла|если)|перенесен(?:о|ий|а|і)|скасува(?:в|ла|ли)
|скасован(?:о|ий|а|і)|відміни(?:в|ла|ли)|відмінен(?:о|ий|а|і)|зміни(?:в|ла|ли) (?:час|запис|візит|дату
|ваш)|змінен(?:о|ий|а|і)|зафіксува(?:в|ла|ли)|зафіксован(?:о|ий)|закріпи(?:в|ла|ли)|вн(?:іс|есла|если
|есено) (?:вас|запис|візит|до|у|в)|дода(?:в|ла|ли|но) (?:вас|запис|візит|до|у|в)|створи(?:в|ла|ли) запис
|запис (?:створено|готов|зроблено|оформлено|підтверджено|активн)|поставил[аи] вас|поставив вас)\b
|(?:місце|час|слот) (?:за вами|тепер ваш|ваше?\b)|^готово\b|\bготово!|все готово|усе готово
"""
_RU = r"""
(?:я |мы |уже |только что )*(?:записал(?:а|и)?|записано|забронировал(?:а|и)?|забронирован(?:о|а|ы)?
|зарезервировал(?:а|и)?|зарезервирован(?:о|а|ы)?|оформил(?:а|и)?|оформлен(?:о|а|ы)?|подтвердил(?:а|и)?
|подтвержден(?:о|а|ы)?|перен(?:ес|есла|если)|перенесен(?:о|а|ы)?|отменил(?:а|и)?|отменен(?:о|а|ы)?
|изменил(?:а|и)? (?:время|запись|визит|дату|ваш)|изменен(?:о|а|ы)?|зафиксировал(?:а|и)?|зафиксирован(?:о
|а|ы)?|закрепил(?:а|и)?|вн(?:ес|есла|если|есено) (?:вас|запись|визит|в)|добавил(?:а|и)? (?:вас|запись
|визит|в)|создал(?:а|и)? запись|запись (?:создана|готова|сделана|оформлена|активна)|поставил(?:а
|и)? вас)\b|(?:место|время|слот) (?:за вами|теперь ваше|ваше\b)|^готово\b|\bготово!|все готово
"""
_EN = r"""
(?:i|we)(?:'ve| have|'m| am)? ?(?:just |already |now |successfully |also )*(?:booked|reserved|scheduled
|confirmed|moved|rescheduled|cancell?ed|changed your|arranged|secured|locked in|put you (?:down|in)
|got you (?:down|in)|made (?:a|the|your) (?:booking|reservation|appointment)|set (?:you|it) up
|penciled you in|signed you up|added you)\b|(?:you're|you are|you have been|you've been) (?:now |all\s
|already |officially |successfully |being )*(?:booked|confirmed|set\b|scheduled|reserved
|in the (?:calendar|schedule|book)|down for|good to go|signed up)|(?:visit|booking|appointment
|reservation|manicure|haircut|slot|spot|place|it|that|everything)(?:'s|'ve| is| are| was| has
| have) ?(?:been |now |already |all |successfully )*(?:booked(?! by)|confirmed|scheduled|reserved|moved
|rescheduled|cancell?ed|secured|locked in)\b|(?:booking|appointment|reservation|cancellation
|reschedule) (?:confirmed|complete|successful)|booked for you|\ball set\b|consider it (?:done|booked)
|^done\b|\bdone!|^booked\b|^confirmed\b|^cancell?ed\b|^rescheduled\b|the (?:spot|slot|time) is yours
"""
_PL = r"""
(?:już |właśnie )*(?:zapisał(?:a|am|em|o)?|zapisaliśmy|zapisan(?:o|a|y|e)|zarezerwowa(?:ł|ła|łam|łem
|liśmy|no|na|ny|ne)|umówi(?:ł|ła|łam|łem|liśmy|ono|ona|ony)|potwierdzi(?:ł|ła|łam|łem|liśmy|ono)
|potwierdzon(?:o|a|y|e)|przełoży(?:ł|ła|łam|łem|liśmy)|przełożon(?:o|a|y|e)|przeni(?:ósł|osła|osłam
|osłem|eśliśmy|esiono|esiona|esiony|esione)|odwoła(?:ł|ła|łam|łem|liśmy|no|na|ny|ne)|anulowa(?:ł|ła|łam
|łem|liśmy|no|na|ny|ne)|zmieni(?:łam|łem|liśmy|ono) (?:termin|wizyt|godzin|pan)|zmienion(?:o|a|y|e)
|doda(?:łam|łem|liśmy|no) (?:pan|wizyt|do)|wpisa(?:łam|łem|liśmy|no))\b|termin (?:jest )?(?:pani|pana
|twój|państwa)\b|^gotowe\b|\bgotowe!|wszystko gotowe
"""
_MORE_UK = r"""
(?:створено|збережено|прийнято|погоджено|узгоджено|анульовано|внесено|закріплено|зафіксовано|видалено|знято
|зроблено|оброблено|відправлено) (?:ваш\w* |вас |для вас )?(?:запис|візит|брон|заявк|час|місц|слот)
|(?:запис|візит|брон(?:ь|ювання)|заявк[ау]|час|місце|слот|дат[ау])(?: \w+){0,4}? (?:створен|збережен
|прийнят|погоджен
|узгоджен|анульован|внесен|закріплен|зафіксован|видален|зроблен|успішн|гарантован|виконан|активн|схвален
|дійсн)\w*
|(?:тримаю|тримаємо|притримаю|притримаємо|притримала|резервую|резервуємо|закріплюю|бронюю|записую
|записуємо|вписую|вношу
|переношу|скасовую|відміняю|оформлюю|анулюю|ставлю) (?:\w+ )?(?:вас|вам|ваш\w*|місце|час|запис|візит|слот
|бронь|на)\b
|(?:вписа|анулюва|зберег|збережен|погоди|узгоди|закріпи|домови|притрима)(?:в|ла|ли|лися|лись|вся|лася)\b
|домовлено|усе зроблено|все зроблено|усе вирішено|все вирішено|усе оформлено|(?:ви|вас) (?:вже\s
|уже )?(?:у|в) (?:списку
|графіку|розкладі|записі|календарі)|(?:ви|вас) (?:у|в)же чека|номер (?:вашого )?(?:запису|бронювання)
"""
_MORE_RU = r"""
(?:создан|сохранен|принят|согласован|аннулирован|внесен|закреплен|зафиксирован|удален|снят
|сделан)[оаы]? (?:ваш\w* |вас
|для вас )?(?:запись|визит|брон|заявк|время|мест|слот)
|(?:запись|визит|брон(?:ь|ирование)|заявк[ау]|время|место|слот|дат[ау])(?: \w+){0,4}? (?:создан|сохранен
|принят|согласован
|аннулирован|внесен|закреплен|зафиксирован|удален|сделан|успешн|гарантирован|выполнен|активн|одобрен
|действит)\w*
|(?:держу|держим|придержу|придержала|резервирую|резервируем|закрепляю|бронирую|записываю|записываем
|вписываю|вношу|переношу
|отменяю|оформляю|аннулирую|ставлю) (?:\w+ )?(?:вас|вам|ваш\w*|место|время|запись|визит|слот|бронь|на)\b
|(?:вписа|аннулирова|сохрани|согласова|закрепи|договори|придержа)(?:л|ла|ли|лись|лся|лась)\b
|договорено|все сделано|все решено|все оформлено|вы (?:уже )?в (?:списке|графике|расписании|записи
|календаре)
|вас уже жд|номер (?:вашей )?(?:записи|брони)
"""
_MORE_EN = r"""
(?:your |the |a |this |that )?(?:visit|booking|appointment|reservation|cancellation|reschedule|manicure
|pedicure|haircut|slot
|spot|place|time|seat|request|change)(?: for \w+)?(?:'s| is| was| has| have|'ve)?(?: been| now| all
| already| just| safely
| successfully)* (?:made|saved|held|kept|fixed|settled|sorted|arranged|gone through|went through|in place
|successful|accepted
|registered|created|placed|complete|completed|finali[sz]ed|approved|off\b|removed|deleted|cleared
|guaranteed|done|set
|locked|taken care|in the (?:calendar|schedule|book|diary|system)|on the (?:calendar|schedule|list|books)
|yours|ready\b
|good to go|in our)|(?:i|we)(?:'m|'re|'ve| am| are| have| just| already| also| went ahead and)*(?: just
| already| now| also| been)*\s
(?:holding|held|keeping|kept|reserving|reserved|saving|saved|booking|registered
|sorted|entered|added|removed
|taken you|took you|finished booking|moving|cancelling|canceling|cleared|placed|noted you|pencil(?:l)?ing
|finali[sz]ed|completed
|processed|made (?:the|that|this) (?:change|booking))(?: you\b| your| the\b| this| that| it\b| a\b)
|(?:got|have|had) you\s
(?:a |an |the |down|in\b|on\b|booked|scheduled)|you're (?:in\b|on the (?:list|schedule|calendar)
|all sorted|expected)|you are\s
(?:in!|in\.|on the (?:list|schedule|calendar)|all sorted|expected)|your name is (?:on|in)\b
|(?:taken|took) you off|it's a date|it's a deal|that's settled|that's sorted|it is settled
|everything (?:is|'s) (?:arranged|settled|sorted|done|set
|ready|taken care)|taken care of|locked you in|(?:your )?(?:booking|confirmation|reservation) (?:number
|code|reference)
"""
_MORE_PL = r"""
(?:wizyt[aęy]|rezerwacj[aęi]|termin|miejsce|zgłoszenie|zmian[aę]|godzin[aę])(?: \w+){0,3}? (?:przyjęt
|udan|utworzon|zapisan
|zachowan|uzgodnion|ustalon|anulowan|usunięt|załatwion|gwarantowan|wykonan|aktywn|zatwierdzon|gotow)\w*
|(?:trzymam|trzymamy|zapisuję|zapisujemy|rezerwuję|rezerwujemy|wpisuję|wpisujemy|przenoszę|przekładam
|odwołuję|anuluję|dopisuję
|blokuję) (?:\w+ )?(?:pani[ąa]?|pana|panu|państwa|cię|ciebie|dla|miejsce|termin|wizyt\w*|czas|slot|na)\b
|wszystko (?:załatwion|ustalon|zrobion|gotow|zapisan)\w*|umówion[eyao]\b|umawiam|ustalone\b|załatwione\b
|dopisa(?:łam|łem|no)
|(?:jest|są|jesteś) (?:pani |pan |państwo )?(?:już )?(?:na liście|w grafiku|w kalendarzu|w zapisach)
|numer (?:rezerwacji|wizyty)
"""
_STANDS = r"""
\b(?:ви|вас) (?:вже |уже )?записан(?:і|а|ий|о)\b|\bу вас (?:вже |уже )?(?:є )?(?!немає|нема |нет |no\s
|not |never |nie )(?:\w+ )?(?:запис|візит|бронюван)\w*|\bваш(?:ий|е|а)? (?:\w+ )?(?:запис|візит
|бронювання|час) (?:\w+ )?(?:на|о|об
|у|в|завтра|сьогодні|післязавтра)\b|\bвы (?:уже )?записаны?\b|\bу вас (?:уже )?(?:есть )?(?!немає|нема\s
|нет |no |not |never\s
|nie )(?:\w+ )?(?:запис|визит|брон)\w*|\bваш[аие]? (?:\w+ )?(?:запись|визит|бронь|время) (?:\w+ )?(?:на|в
|во|завтра|сегодня
|послезавтра)\b|\byou(?: already)?(?:'ve
| have)(?: got)? (?:an? |one |already )*(?!немає|нема |нет |no |not |never |nie )(?:\w+ )?(?:appointment
|booking|visit|reservation)|\byour (?:\w+ ){0,2}(?:appointment|booking|visit|reservation) (?:is\s
|will be )?(?:on|at|for|tomorrow|today)\b|\b(?:masz|ma pani|ma pan|mają państwo) (?:już\s
|umówioną )*(?!немає|нема |нет |no |not |never |nie )(?:\w+ )?(?:wizyt|rezerwacj|termin)\w*|\b(?:twoja
|pani|pana|państwa) (?:\w+ )?(?:wizyta|rezerwacja) (?:jest |w|we|o|na)\b|\b(?:jesteś|jest pani|jest pan
|są państwo) (?:już )?(?:zapisan|umówion)\w+
"""
_PARTING = r"""
чекаємо\b|чекатим\w+|чекаю\b|чека[єї]\b|чекають\b|буд(?:е|уть|емо) (?:на вас |вас )?(?:чекати|раді)
|приходьте|зустрінемося
|прийме вас|вас прийме|до зустрічі|до побачення|ждем\b|жд[её]т\b|ждут\b|жду вас|буд(?:ем|ет
|ут) (?:вас )?(?:ждать|рад)|приходите|увидимся|примет вас|вас примет|до встречи|до свидания
|will see you|see you|looking forward|waiting for you|will be (?:there|ready) for you|(?:is
|are) (?:waiting|expecting)|
we(?:'ll| will) be waiting|we expect you|expecting you|czekamy|czeka\b|będ(?:zie|ą
|ziemy) (?:na panią )?czekać|proszę przyjść|widzimy się|do zobaczenia
|zapraszamy|запрошуємо|приглашаем
"""
_NAMES = r"""
ім'я|номер|телефон|имя|name|phone|number|imię|numer|побажан|пожелан|питання|вопрос|question|pytanie|prośb
|прохання
"""
_NOT_YET = r"""
(?<!\w)(?:не|ще не|ні|not|never|nothing|nobody|no|nie|нічого|ничего|didn't|haven't
|cannot)(?:\s+\w+){0,2}\s*$
|n't\s+(?:\w+\s+)?$
"""
_FUTURE = r"""
(?<!\w)(?:буде|будете|будуть|буду|будем|будет|бути|быть|will|be|to be|gets?|будемо|zostanie|zostaną
|będzie|być
|може|можна|можно|щоб|чтобы|would|could|should|must|чи|czy|ли)(?:\s+\w+)?\s*$
"""
_TAKEN = r"""
зайнят|занят|вже заброньован\w* (?:інш|на)|інш(?:им|ою|ий) клієнт
|друг(?:им|ой) клиент|another client|someone else|taken(?! you| care)|other client|innego klient
|innym klient
|zajęt|хтось інший|кто-то друг|by someone
"""
_ABOUT_CLIENT = r"""
(?:записал[аи]?|записав|записано|zapisał\w*|noted|wrote
|підтвердил[аи]|подтвердил[аи])\W+(?:\w+\W+){0,2}(?:
"""


def _pattern(*parts: str) -> re.Pattern[str]:
    joined = "|".join(part.strip().replace("\n", "") for part in parts)
    return re.compile(bare_letters(joined))


def _bounded(text: str) -> str:
    """Let a group of verbs begin only at a word."""
    return rf"(?<!\w)(?:{text.strip().replace(chr(10), '')})"


DONE = _pattern(
    *(_bounded(text) for text in (_UK, _RU, _EN, _PL)),
    *(_bounded(text) for text in (_MORE_UK, _MORE_RU, _MORE_EN, _MORE_PL)),
)
STANDS = _pattern(_STANDS)
PARTING = _pattern(_bounded(_PARTING))
CHECK_MARKS = re.compile("[✅☑✔]")
NOT_YET = _pattern(_NOT_YET)
FUTURE = _pattern(_FUTURE)
TAKEN = _pattern(_TAKEN)
ABOUT_CLIENT = _pattern(_ABOUT_CLIENT.strip() + _NAMES.strip() + ")")
