"""What of a database URL is shown to people: where it leads, never a piece of its password."""

from __future__ import annotations

import re
from urllib.parse import quote

import psycopg
import pytest

from loader.database.connect import connect, parameters_of, place
from loader.errors import DatabaseError, ServerUnavailableError, UsageError

SECRETS = [
    "hid@den",
    "hid:den",
    "hid/den",
    "hid%den",
    "hid#den",
    "hid?den",
    "@hidden",
    "hid@/den",
    "hid?d=en",
    "1/hid@den",
]


def _pieces(secret: str) -> list[str]:
    return [piece for piece in re.split(r"\W", secret) if len(piece) > 1]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "form", ["postgresql://me:{}@127.0.0.1:1/books", "postgres://me:{}@127.0.0.1:1/books?sslmode=disable"]
)
def test_no_piece_of_a_password_is_shown_however_it_is_written(form: str, secret: str) -> None:
    url = form.format(secret)

    with pytest.raises((UsageError, ServerUnavailableError)) as caught:
        connect(url)

    assert [piece for piece in _pieces(secret) if piece in str(caught.value) + place(url)] == []
    assert "%40 for @" in str(caught.value) or "127.0.0.1:1/books" in str(caught.value)


@pytest.mark.parametrize("secret", SECRETS)
def test_an_encoded_password_is_read_whole_and_not_shown(secret: str) -> None:
    url = f"postgresql://me:{quote(secret, safe='')}@127.0.0.1:1/books"

    assert parameters_of(url)["password"] == secret
    assert place(url) == "127.0.0.1:1/books"
    with pytest.raises(ServerUnavailableError) as caught:
        connect(url)
    assert [piece for piece in _pieces(secret) if piece in str(caught.value)] == []


@pytest.mark.parametrize("text", ["host=127.0.0.1 port=1 password=hid den", "password='hidden host=127.0.0.1"])
def test_no_piece_of_a_password_is_shown_in_key_and_value_form(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        connect(text)

    assert "den" not in str(caught.value)


def test_what_holds_no_password_is_explained_as_libpq_does() -> None:
    with pytest.raises(UsageError, match='invalid URI query parameter: "sslmod"'):
        connect("postgresql://127.0.0.1/books?sslmod=disable")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me@%2Ftmp%2Fsocket/books", "/tmp/socket/books"),
        ("postgresql:///books?host=/tmp/socket&application_name=a@b", "/tmp/socket/books"),
        ("postgresql://[::1]:5432/books", "::1:5432/books"),
        ("host=here dbname=books password=x@y", "here/books"),
    ],
)
def test_places(url: str, shown: str) -> None:
    assert place(url) == shown


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ('FATAL:  database "books" does not exist', "createdb -h here -p 5433 -U me -T template0 -E UTF8 books"),
        ('FATAL:  role "me" does not exist', "createuser -h here -p 5433 me"),
    ],
)
def test_what_is_missing_is_told_with_how_to_make_it(monkeypatch: pytest.MonkeyPatch, said: str, words: str) -> None:
    def refused(**_: object) -> None:
        raise psycopg.OperationalError(f'connection failed: connection to server at "here" failed: {said}')

    monkeypatch.setattr(psycopg.Connection, "connect", refused)

    with pytest.raises(DatabaseError, match="here:5433/books") as caught:
        connect("postgresql://me:hidden@here:5433/books")

    assert words in str(caught.value)
    assert "DATABASE_URL" in str(caught.value)
    assert "hidden" not in str(caught.value)
    assert not caught.value.retryable
