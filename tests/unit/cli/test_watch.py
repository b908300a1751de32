"""What a command notes while its workers work."""

from __future__ import annotations

from typing import Any

from psycopg import errors

from loader.load.watch import Watch


class Session:
    """A session, and the connection that it gives to those who look; the server is away for some of them."""

    def __init__(self, away: int, error: Exception | None = None) -> None:
        self.away = away
        self.error = error
        self.noted: list[str] = []

    def peek(self, call: Any) -> Any:
        self.away -= 1
        return call(self) if self.away < 0 else None

    def execute(self, _query: str, values: tuple[int, str]) -> None:
        if self.error is not None:
            raise self.error
        self.noted.append(values[1])


def test_a_frozen_worker_is_not_forgotten_while_the_server_is_away() -> None:
    watch, frozen = Watch(1, 300), ["one", "two"]
    session: Any = Session(away=2)

    left = []
    for _ in range(3):
        watch.attend(session, frozen)
        left.append(list(frozen))

    assert left == [["one", "two"], ["one", "two"], []]
    assert session.noted == ["one", "two"]


def test_what_cannot_be_noted_ends_no_command() -> None:
    frozen = ["one"]
    session: Any = Session(away=0, error=errors.UndefinedFunction("an older manifest"))

    Watch(1, 300).attend(session, frozen)

    assert frozen == []
