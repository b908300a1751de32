"""How a setting is declared: once, with everything that command lines, mappings, pages and checks need."""

from __future__ import annotations

from dataclasses import Field, field
from typing import Any, Literal, NamedTuple, get_args

from loader.config.kinds import Choice, Flag, Kind

PREFIX = "LOADER_"  # of environment variables

# The use of a setting in a load. start: used when the load and its sources are registered. outcome: affects the content
# of the tables, and never changes while the load is open. limit: what the load tolerates, or how long it waits; the
# same command may change it. None: the load does not store it.
Within = Literal["start", "outcome", "limit"]


class Option(NamedTuple):
    """An option of commands that gives a setting, as `--max-rate RATE` gives max_rate."""

    help: str
    metavar: str | None = None


class Setting(NamedTuple):
    """A setting. ``meaning``: Markdown, for a page. ``shown``: its default in words, if no value expresses it."""

    name: str
    kind: Kind
    default: Any
    meaning: str
    within: Within | None
    shown: str
    option: Option | None

    @property
    def written(self) -> Any:
        """The default in the notation of mappings and commands; None if there is none."""
        return None if self.default is None else self.kind.written(self.default)

    @property
    def variable(self) -> str:
        """The environment variable that gives it."""
        return f"{PREFIX}{self.name.upper()}"


def setting(
    default: Any,
    meaning: str,
    kind: Kind | None = None,
    *,
    within: Within | None = None,
    shown: str = "none",
    option: Option | None = None,
) -> Any:
    """A field of a dataclass that is a setting; its type determines the ``kind`` if it is a Literal or bool."""
    rest = {"kind": kind, "meaning": meaning, "within": within, "shown": shown, "option": option}
    return field(default=default, metadata=rest)


def declared(found: Field[Any]) -> Setting:
    """The declaration of a field that ``setting`` created."""
    rest = dict(found.metadata)
    kind = rest.pop("kind") or (Flag() if found.type is bool else Choice(*get_args(found.type)))
    return Setting(name=found.name, kind=kind, default=found.default, **rest)
