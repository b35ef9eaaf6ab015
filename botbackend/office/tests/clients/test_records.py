"""What a person is given who asks what the salon stores: a page to be read."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ai.models import Summary
from botbackend.office.tests.calendar.salon import Salon
from dialogues.models import Attachment, Dialogue, Message

pytestmark = pytest.mark.django_db
NASTY = "<script>alert(1)</script>"


def say(talk: Dialogue, text: str, **over: object) -> Message:
    values = {"direction": "in", "author": "client", "state": "received", "channel_date": timezone.now()}
    return Message.objects.create(project=talk.project, dialogue=talk, text=text, **values | over)


def pieces(salon: Salon, client: int) -> Iterator[str]:
    answer = salon.get("client-record", client)
    assert answer["Content-Type"].startswith("text/html")
    return (piece.decode() for piece in answer.streaming_content)


def test_all_of_it_stands_under_headings_in_the_salons_language() -> None:
    salon = Salon(language="pl")
    client, talk = salon.client_with_chat(
        name="Olena", phone="+380501112233", notes="wolne ręce", language="uk"
    )
    salon.book(client=client, note="przyjdę z psem")
    say(talk, "Dzień dobry")
    say(talk, "Witamy", direction="out", author="staff", state="sent", written_by="Iryna")
    voice = say(talk, "", kind="voice")
    Attachment.objects.create(project=salon.project, message=voice, kind="voice", heard="jutro o piątej")
    Summary.objects.create(
        project=salon.project,
        dialogue=talk,
        first_message_id=1,
        last_message_id=2,
        content={"likes": ["kawa"]},
    )
    page = "".join(pieces(salon, client.pk))
    for heading in ("Dane", "Zgody", "Notatki", "Wizyty", "Wiadomości"):
        assert f"<h2>{heading}</h2>" in page, heading
    for said in (
        "+380501112233",
        "wolne ręce",
        "przyjdę z psem",
        "Dzień dobry",
        "Iryna",
        "jutro o piątej",
        "kawa",
    ):
        assert said in page, said
    assert "ukraiński" in page
    assert page.rstrip().endswith("</html>")


def test_it_says_what_the_person_allowed() -> None:
    salon = Salon(language="en")
    client, talk = salon.client_with_chat()
    assert "allowed since the person opened the chat" in "".join(pieces(salon, client.pk))
    Dialogue.objects.filter(pk=talk.pk).update(channel_closed=True, channel_changed_at=timezone.now())
    assert "the person stopped them on" in "".join(pieces(salon, client.pk))
    nobody = salon.book().client
    page = "".join(pieces(salon, nobody.pk))
    assert "never wrote to it" in page
    assert page.count("None.") == 2  # neither notes nor messages


def test_words_of_clients_are_text() -> None:
    salon = Salon()
    client, talk = salon.client_with_chat(name=NASTY, notes=NASTY)
    salon.book(client=client, note=NASTY)
    say(talk, NASTY)
    assert NASTY not in "".join(pieces(salon, client.pk))


def test_the_page_begins_before_messages_are_read_and_takes_as_many_queries_for_many() -> None:
    salon = Salon()
    client, talk = salon.client_with_chat(name="Olena")
    say(talk, "first")
    with CaptureQueriesContext(connection) as asked:
        assert "Olena" in "".join(islice(pieces(salon, client.pk), 1))
    assert not any("dialogues_message" in query["sql"] for query in asked)

    def queries() -> int:
        with CaptureQueriesContext(connection) as whole:
            list(pieces(salon, client.pk))
        return len(whole)

    few = queries()
    row = {
        "project": salon.project,
        "dialogue": talk,
        "direction": "in",
        "author": "client",
        "state": "received",
    }
    now = timezone.now()
    Message.objects.bulk_create(
        Message(**row, text=f"no {at}", channel_date=now + timedelta(seconds=at)) for at in range(250)
    )
    assert "no 249" in "".join(pieces(salon, client.pk))
    assert queries() == few
