"""What clients say for each entry of the menu. Phrases end with ";", a * stands for any ending."""

# Anywhere in a text, in this order: who wants to cancel an appointment does not want to book one.
ANYWHERE = {
    "person": """
адміністратор*; администратор*; админ*; адмін*; оператор*; менеджер*; жив* людин*; жив* человек*; живим;
з людиною; с человеком; поклич* людину; позов* человека; human; real person; live person; a person; talk
to someone; speak to someone; administrator*; operator*; manager*; receptionist*; admin; z człowiekiem;
żyw* człowiek*; z kimś; konsultant*; recepcj*; call me; передзвоніть*; перезвоните*
""",
    "change": """
перенес*; перенос*; перезапис*; перепиш*; змін* час; змін* візит; змін* запис; змін* дату; змін* день;
змінити; поміня*; изменить; измен* запис*; измен* врем*; поменя*; move; reschedul*; change my; change
the; change a; change visit; change appointment; change time; postpone; przeło*; przełóż*; przenie*;
przenos*; zmien* termin*; zmień*; zmienić; przesun*
""",
    "cancel": """
скасу*; скасов*; відмін*; отмен*; cancel*; odwoł*; anulu*; rezygnuj*; не прийду; не приду; не зможу
прийти; не смогу прийти; won't come; can't come; cannot come; nie przyjdę
""",
    "visits": """
мої візити; мій візит; мої записи; мій запис; моя запись; мои записи; мои визиты; мой визит; my visit*;
my booking*; my appointment*; my reservation*; moje wizyty; moja wizyta; moje rezerwacje; коли я запис*;
на коли у мене; когда я запис*; на когда у меня; when am i; when is my; kiedy mam; коли мені приходити;
когда мне приходить
""",
    "price": """
цін*; вартіст*; скільки кошту*; скільки буде; прайс*; почім; цена; цены; цену; ценам; ценах; ценник*;
расценк*; стоимост*; сколько стоит; сколько стоят; сколько будет; почем; price*; pricing; cost*; how
much; cennik*; cena; ceny; cenę; ile koszt*; koszt*; ile za; fee; fees
""",
    "hours": """
години роботи; час роботи; графік*; розклад роботи; коли ви працю*; коли працю*; до котрої; з котрої; ви
працю*; працюєте; режим роботи; часы работы; время работы; график*; режим работы; когда вы работа*; вы
работаете; работаете; до скольки; opening hours; working hours; business hours; opening times; are you
open; you open; do you open; do you close; godziny pracy; godziny otwarcia; godziny i adres; otwarte;
czynne; kiedy pracujecie; pracujecie; do której; адрес*; де ви; де ваш*; де знаход*; як дістатис*; як
доїхати; як вас знайти; где вы; где ваш*; где находи*; как добраться; как проехать; как вас найти;
address*; where are you; location; how to find you; find you; adres*; gdzie; jak dojechać
""",
    "book": """
запис*; запиш*; забронюв*; забронир*; бронюв*; бронь; бронир*; book*; reserv*; appointment*; umów*;
umówi*; zapis*; zapisz*; rezerw*; zarezerw*; вільн* час; вільн* місц*; вільн* вікн*; є вільн*; свободн*
врем*; свободн* мест*; свободн* окн*; есть мест*; есть свободн*; free slot*; free time*; available;
availability; woln* termin*; wolne; хочу до вас; хочу к вам
""",
}
# Only as the whole text.
ALONE = {
    "person": "людина; людину; человек; человека; person; someone; człowiek; osoba",
    "visits": "візити; записи; визиты; visits; bookings; appointments; wizyty",
    "hours": "години; часы; hours; godziny; час; open; коли відкрито; когда открыто",
    "back": """
назад; повернутися; повернутись; вернуться; back; go back; previous; wstecz; cofnij; wróć; powrót
""",
    "menu": """
меню; menu; main menu; головне меню; главное меню; на початок; в начало; start over; початок; начало
""",
    "start": "start; почати; начать",
    "more": """
ще; далі; пізніше; показати ще; покажи ще; покажіть ще; інші; інший день; інший час; еще; дальше; позже;
показать еще; покажите еще; другие; другой день; другое время; more; show more; later; next; other;
another day; later days; więcej; pokaż więcej; później; dalej; inne; inny dzień; пізніші дні; более
поздние дни; późniejsze dni
""",
    "any": """
будь хто; будь хто вільний; будь який; будь яка; все одно; байдуже; неважливо; без різниці; до будь кого;
любой; любая; любому; кто угодно; к кому угодно; все равно; без разницы; неважно; any; anyone; anybody;
whoever; anyone who is free; doesn't matter; don't care; no matter; dowolny; dowolna; ktokolwiek;
ktokolwiek wolny; obojętnie; wszystko jedno; bez różnicy; do kogokolwiek; кто угодно из свободных
""",
    "all": """
усі; всі; все; усе; обидва; обидві; оба; обе; all; all of them; both; both of them; wszystkie; oba; obie;
obydwie
""",
    "thanks": """
дякую; дякую вам; щиро дякую; дуже дякую; спасибі; спасибо; спасибо большое; большое спасибо; благодарю;
thanks; thank you; thank you very much; thx; dziękuję; dzięki; dziękuję bardzo
""",
    "greet": """
привіт; вітаю; добрий день; доброго дня; добрий вечір; добрий ранок; доброго ранку; здравствуйте; привет;
добрый день; доброе утро; добрый вечер; hello; hi; hey; good morning; good afternoon; good evening;
cześć; hej; dzień dobry; dobry wieczór; witam
""",
    "stop": "стоп; stop; відпишіть мене; отпишите меня; не пишіть; не пишите; unsubscribe; nie piszcie",
}
FILLERS = "будь ласка; пожалуйста; please; proszę; мені; мне; me; mi; хочу; i want; chcę; the; a"
# With one of these a visit is meant, not the talk.
VISIT = """
візит*; запис*; визит*; visit*; appointment*; booking*; reservation*; wizyt*; rezerwac*; бронь;
бронюванн*; усі; всі; все; all; wszystkie
"""
# A note of the salon with such a title tells where it is.
PLACE = """
адрес*; address*; adres*; location; як нас знайти; як дістатис*; где мы; как добраться; де ми; как нас
найти; where we are; how to find us; gdzie jesteśmy; dojazd
"""
# Words around the number of a line, and the endings of "the first".
NUMBER_FILLERS = """
номер пункт варіант вариант number no option the numer opcja punkt будь ласка пожалуйста please proszę
prosze дайте давайте
"""
ORDINAL_ENDINGS = "ий ій а е у ої ый ой ая ое ую y i a e ie th"
ENGLISH_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth"
SECOND = "другий друга друге другу второй вторая второе вторую drugi druga drugie"
THIRD = "третій третя третє третю третий третья третье третью trzeci trzecia trzecie"
# Words that say which service, though they are common.
SERVICE_WORDS = """
манікюр педикюр стрижка стрижку фарбування брови масаж маникюр окрашивание массаж haircut manicure pedicure
massage hair nails color coloring strzyżenie paznokcie masaż
"""
# Common words that name no service.
SMALL_WORDS = """
краще раніше якнайшвидше щось хтось інший інше іншу обіду обід обідом лучше раньше быстрее поскорее другой
другое другую обеда обедом утром днем вечером better earlier anything something another soon possible lepiej
wcześniej inny inna szybko może могли могу зможу будете можете мені тоді тогда допоможіть помогите нам
"""
