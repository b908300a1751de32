"""The two forms of a Discogs dump: that of 2020, as in the public samples, and the current one."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SPECIAL = re.compile('[&<>"\r\t\n]')
_ENTITIES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\r": "&#13;",
    "\t": "&#9;",
    "\n": "&#10;",
}
_NON_ASCII = re.compile("[^\x00-\x7f]")


@dataclass(frozen=True)
class Form:
    """How values are written; differences in a single element are in the code that writes it."""

    name: str
    old: bool

    def text(self, value: str) -> str:
        """Escape element text; the old form is ASCII, with decimal references."""
        escaped = _SPECIAL.sub(_escape_text, value)
        return _NON_ASCII.sub(lambda found: f"&#{ord(found[0])};", escaped) if self.old else escaped

    def attribute(self, value: str) -> str:
        """Escape an attribute's value; the old form has hexadecimal references here."""
        escaped = _SPECIAL.sub(lambda found: _ENTITIES[found[0]], value)
        return _NON_ASCII.sub(lambda found: f"&#x{ord(found[0]):X};", escaped) if self.old else escaped

    def element(self, tag: str, content: str) -> str:
        """Return an element with ready content; the current form leaves empty ones out."""
        if content:
            return f"<{tag}>{content}</{tag}>"
        return f"<{tag}/>" if self.old else ""

    def elements(self, tag: str, values: list[str]) -> list[str]:
        """Return an element for each value."""
        return [self.element(tag, self.text(value)) for value in values]


def _escape_text(found: re.Match[str]) -> str:
    return found[0] if found[0] in '"\n\t' else _ENTITIES[found[0]]


FORMS = {"2020": Form("2020", old=True), "current": Form("current", old=False)}
