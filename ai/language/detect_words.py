"""The commonest words of clients and salons in each language."""

COMMON = {
    "uk": """
дуже повідомлення повідомлень трохи згодом збережено надійшло запитаю цього спершу
та це що як мені мене вам вас ви ми він вона хочу хотіла хотів хотілося треба потрібно можна можу будь
ласка дякую привіт добрий день вечір доброго ранку вітаю вітаємо записати записатися запишіть запис
записує скасувати скасуйте скасовую перенести перенесіть коли скільки коштує ціна ціни вартість сьогодні
завтра післязавтра ранку вечора манікюр педикюр стрижка стрижку фарбування брови масаж так ні немає є до
від із зі або чи але також який яка яке які тільки ще вже час години годину вільний вільно вільні вільне
місця візит візити майстер майстра майстрині вівторок середу середа четвер п'ятницю п'ятниця суботу
субота неділю неділя понеділок для після перед ваш ваша ваші наш наша наші тут там хто де буде буду
чекаємо добре гаразд підходить якщо щоб бо тому оберіть напишіть надішліть номер послуга послугу послуги
гривень адреса адресу де знаходитесь працюєте перукар у в на з по за
""",
    "ru": """
очень сообщение сообщений всё чуть позже ответим сохранено пришло спрошу этого сначала
и это что как мне меня вам вас вы мы он она хочу хотела хотел хотелось надо нужно можно могу пожалуйста
спасибо привет добрый день вечер доброе утро здравствуйте записать записаться запишите запись отменить
отмените перенести перенесите когда сколько стоит цена цены стоимость сегодня завтра послезавтра утра
вечера маникюр педикюр стрижка стрижку окрашивание брови массаж да нет есть до от из со или но также
какой какая какое какие только еще уже время час часа часов свободно свободное свободный места визит
визиты мастер мастера вторник среду среда четверг пятницу пятница субботу суббота воскресенье понедельник
для после перед ваш ваша ваши наш наша наши здесь там кто где будет буду ждем хорошо ладно подходит если
чтобы потому выберите напишите пришлите номер услуга услугу услуги гривен адрес находитесь работаете
парикмахер у в на с по за к вечером утром днем свободны
""",
    "en": """
the a an i you we he she it is are was were be to for at in of and or but with my your our me us please
thanks thank hello hi hey good morning evening afternoon day want would like need can could book booking
cancel move reschedule appointment visit when what which who where how much many does do cost price
prices today tomorrow next week free available slot slots time haircut manicure pedicure massage yes no
not have has there any this that on from after before until between also only still already open close
closed opening hours address monday tuesday wednesday thursday friday saturday sunday will would see so
if then here let know sure great i'm i'd it's don't done sorry write send choose number service services
total booked moved cancelled hair nails color coloring
""",
    "pl": """
i to co jak mi mnie pan pani państwo my on ona chcę chciałabym chciałbym trzeba można mogę proszę
dziękuję dzięki cześć dzień dobry wieczór umówić zapisać się wizyta wizytę wizyty odwołać przełożyć kiedy
ile kosztuje cena ceny cennik dziś dzisiaj jutro pojutrze rano wieczorem strzyżenie paznokcie manicure
masaż tak nie jest są do od z ze lub albo ale także jaki jaka jakie które który tylko jeszcze już czas
godzina godzinę godziny wolny wolne wolna termin terminy miejsca wtorek środę środa czwartek piątek
sobotę sobota niedzielę niedziela poniedziałek dla po przed nasz nasza nasze tutaj tam kto gdzie będzie
będę dobrze pasuje jeśli żeby usługa usługę usługi numer adres złotych w na za o u mam ma mają mamy chce
prosze dziekuje umowic czy
""",
}
