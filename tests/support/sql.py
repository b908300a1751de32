"""SQL as words, so that tests find code by what it says and not by how it is laid out.

Comments and white space say nothing, and keywords may be in any case. Templates count: `{{ … }}` is one word.
A name in what is looked for also finds the name of a column or routine behind an alias or a schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_WORD = re.compile(
    r"""
      (?P<nothing> --[^\n]* | /\*.*?\*/ | \{\#.*?\#\} )
    | \{\{.*?\}\} | \{%.*?%\}
    | [eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "(?:[^"]|"")*"
    | \w+ | :: | := | => | <= | >= | <> | != | \|\| | ->> | -> | \$\w*\$ | \S
    """,
    re.VERBOSE | re.DOTALL,
)
_OPENS, _ENDS = {"begin", "then", "else", "loop", "declare", "$$"}, {"if", "loop", "case"}


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its place in the text."""

    said: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """All words of a text, without comments; in lower case, unless they are quoted."""
    found = (match for match in _WORD.finditer(text) if match["nothing"] is None)
    return [
        Word(match[0] if match[0][-1] in "'\"}" else match[0].lower(), match.start(), match.end()) for match in found
    ]


def normal(text: str) -> str:
    """The text with one blank between words, and without comments."""
    return " ".join(word.said for word in words(text))


def places(text: str | Sequence[Word], sought: str) -> list[tuple[int, int]]:
    """Where the text says this: beginnings and ends."""
    given = words(text) if isinstance(text, str) else text
    said = [word.said for word in words(sought)]
    found = []
    for first in range(len(given)):
        if first and given[first - 1].said == "." and said[0] != ".":
            continue  # the alias before it belongs to it
        last = _match(given, first, said)
        if last is not None:
            found.append((given[first].start, given[last - 1].end))
    return found


def statements(text: str) -> Iterator[list[Word]]:
    """The statements of a script or a routine, as words; what stands between the words of a block is one, too."""
    statement: list[Word] = []
    cases = 0  # CASE expressions that are open: their THEN and ELSE end nothing
    before = ""
    for word in words(text):
        if word.said == "case" and before != "end":
            cases += 1
        if word.said == ";" or (not cases and word.said in _OPENS):
            yield statement
            statement, cases = [], 0
        else:
            statement.append(word)
        if before == "end" and cases and word.said not in _ENDS:
            cases -= 1
        before = word.said
    yield statement


def _match(given: Sequence[Word], at: int, said: Sequence[str]) -> int | None:
    """Where the words end, if they stand there."""
    for word in said:
        while at < len(given) and given[at].said != word and _is_prefix(given, at):
            at += 2
        if at >= len(given) or given[at].said != word:
            return None
        at += 1
    return at


def _is_prefix(given: Sequence[Word], at: int) -> bool:
    return at + 2 < len(given) and given[at].said.isidentifier() and given[at + 1].said == "."


def own_words(statement: Sequence[Word], at: int) -> str:
    """The INSERT, UPDATE or DELETE that a word belongs to, from its beginning to the end of the brackets around it, and
    without what it has in brackets itself.
    """
    depth, said = 0, [statement[at].said]
    for word in reversed(statement[:at]):
        depth += (word.said in ")]") - (word.said in "([")
        if depth == 0:
            said.insert(0, word.said)
            if word.said in {"insert", "update", "delete"}:
                break
    depth = 0
    for word in statement[at + 1 :]:
        depth += (word.said in "([") - (word.said in ")]")
        if depth < 0:
            break
        if depth == 0:
            said.append(word.said)
    return " ".join(said)
