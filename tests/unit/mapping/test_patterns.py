"""Regular expressions are judged as PostgreSQL reads them, not as Python does."""

from __future__ import annotations

import pytest

from loader.mapping.pattern import pattern_problem

# tests/integration/test_trial.py asks a server about all of them.
GOOD = (
    "", "a|", "(|a)", "()", "[]a]", "[^]a]", "[[:alpha:]_]+", r"\mword\M", r"a{2,}?", "a{255}", "{x", "a{,3}", "a{x}",
    r"(?:a)(?=b)(?!c)(?<=b)(?<!c)", "(?#not) x", r"(a)\1", r"[\d\]x]", r"[[.-.]a]", r"\x41\u0041\U00000041\e\cA", "é+",
    r"a\.b\-c", "]", "}", "a??",
)  # fmt: skip
BAD = (
    "(", ")", "a)|(b", "([", "[a", "[]", "[^]", "*a", "a**", "a+*", "a|*b", "(*a)", "^*", "$+", "a{2", "a{2,1}",
    "a{256}", "a{1}{2}", "(?i)a", "(?P<n>a)", "(?<n>a)", "(?>a)", "(?#a", r"\p{L}", r"\h", "a\\", r"\x", r"\u41",
)  # fmt: skip


@pytest.mark.parametrize("pattern", GOOD)
def test_what_a_server_takes_passes(pattern: str) -> None:
    assert pattern_problem(pattern) is None


@pytest.mark.parametrize("pattern", BAD)
def test_what_no_server_takes_is_refused(pattern: str) -> None:
    assert pattern_problem(pattern) is not None
