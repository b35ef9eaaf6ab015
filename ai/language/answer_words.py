"""Phrases of agreement and refusal, separated by semicolons."""

YES = """
так; ага; угу; авжеж; звісно; звичайно; згоден; згодна; підтверджую; підходить; підійде; мені підходить;
мені підійде; нам підходить; вірно; правильно; все вірно; все правильно; все так; добре; гаразд; чудово;
супер; клас; давайте; давай; беру; беремо; буду; влаштовує; мене влаштовує; саме так; так точно; ок;
окей; окі; оке; да; конечно; согласен; согласна; подтверждаю; подходит; подойдет; мне подходит; мне
подойдет; нам подходит; верно; все верно; все так; хорошо; отлично; класс; берем; устраивает; меня
устраивает; именно; ладно; ок да; пойдет; годится; можно; можна; хочу; оки; окейно; го; yes; yeah; yep;
yup; yes please; sure; of course; ok; okay; okey; k; correct; right; that's right; confirm; confirmed; i
confirm; sounds good; sounds great; perfect; great; fine; good; go ahead; do it; works for me; that
works; agreed; absolutely; exactly; all good; let's do it; i agree; yea; ye; y; tak; oczywiście; jasne;
pewnie; zgoda; zgadzam się; potwierdzam; dobrze; pasuje; pasuje mi; może być; super; świetnie; w
porządku; zgadza się; dokładnie; niech będzie; biorę; ano; no tak; poproszę
"""
# A yes that stays one although more is said; the others only are one when nothing else is.
PLAIN_YES = """
так; авжеж; звісно; звичайно; згоден; згодна; підтверджую; підходить; мені підходить; нам підходить; беру;
беремо; давайте; давай; саме так; да; конечно; согласен; согласна; подтверждаю; подходит; мне подходит; нам
подходит; берем; yes; yeah; yep; yup; yes please; sure; of course; confirm; i confirm; sounds good; sounds
great; go ahead; do it; works for me; that works; agreed; absolutely; let's do it; i agree; tak; oczywiście;
jasne; zgoda; zgadzam się; potwierdzam; pasuje; pasuje mi; biorę
"""
DOUBT = """
якщо; коли; може; можливо; мабуть; напевно; подумаю; думаю; спитаю; запитаю; пізніше; потім; передзвоню;
поки; пока; чи; если; когда; может; возможно; наверное; наверно; подумаю; спрошу; узнаю; позже; потом;
перезвоню; if; when; unless; until; maybe; perhaps; probably; might; think; thinking; ask; later; sure if;
first; jeśli; jeżeli; gdy; kiedy; chyba; raczej; może być że; zastanowię; pomyślę; zapytam; później; potem;
najpierw; czy
"""
NO = """
ні; нє; неа; ні не треба; не треба; не потрібно; не підходить; не підійде; мені не підходить; не хочу; не
згоден; не згодна; не вірно; невірно; неправильно; не правильно; не так; не варто; не можу; не зможу; не
буду; відмова; передумав; передумала; залиште як є; залишіть як є; ні в якому разі; не влаштовує; нет;
не; не надо; не нужно; не подходит; не подойдет; мне не подходит; не согласен; не согласна; неверно; не
верно; да нет; не стоит; не могу; не смогу; отказ; передумал; оставьте как есть; ни в коем случае; не
устраивает; нет уж; no; nope; nah; no thanks; no thank you; not now; don't; do not; please don't; wrong;
incorrect; not correct; not that; never mind; nevermind; i changed my mind; changed my mind; doesn't
work; does not work for me; leave it; leave as is; no way; n; nie; nie trzeba; nie pasuje; nie chcę; nie
zgadzam się; nieprawda; źle; nie tak; nie mogę; nie dam rady; rozmyśliłem się; rozmyśliłam się; zostaw;
nie dziękuję; nie zgadza się
"""
FILLER = """
будь ласка; дякую; спасибі; дуже; мені; це; вас; ну; то; і; а; мене; на це; тоді; вже; все; цей час; цей
варіант; пожалуйста; спасибо; большое; мне; это; вы; и; меня; тогда; уже; это время; этот вариант; то;
так; что ж; плиз; please; pls; thanks; thank you; very much; it; me; that; this; then; well; oh; so; i;
the; proszę; dziękuję; dzięki; bardzo; to; mi; mnie; no; więc; już
"""
DO = {
    "book": """
запишіть; запишіть мене; записуйте; записуй; запиши; бронюйте; забронюйте; бронюю; записуюсь; бронь;
запишите; запишите меня; записывайте; записывай; бронируйте; забронируйте; бронирую; записываюсь; book;
book it; book me; book me in; please book it; reserve; reserve it; zapisz; zapisz mnie; proszę zapisać;
rezerwuję; zarezerwuj; umów; umów mnie
""",
    "change": """
переносьте; перенесіть; переносимо; перенеси; міняйте; змінюйте; змініть; переносите; перенесите;
переносим; меняйте; измените; move; move it; change it; reschedule; reschedule it; przełóż; przenieś;
proszę przełożyć; zmień
""",
    "cancel": """
скасуйте; скасовуйте; скасувати; скасуй; відміняйте; відмініть; відмінити; відміна; отмените; отменяйте;
отменить; отмени; отмена; отменяем; cancel; cancel it; cancel please; please cancel; cancel them;
odwołaj; odwołać; proszę odwołać; anuluj; odwołuję
""",
}
