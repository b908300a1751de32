"""Which skips fail CI."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.skips import known_reasons, new_skips

pytest_plugins = ["pytester"]


def test_a_known_reason_is_passed_over_and_a_new_one_is_named() -> None:
    reports = [
        SimpleNamespace(nodeid="a", longrepr=("a.py", 1, "Skipped: needs openssl, which makes certificates")),
        SimpleNamespace(nodeid="b", longrepr=("b.py", 1, "Skipped: it failed once")),
    ]
    assert new_skips(reports, known_reasons()) == ["b: it failed once"]


@pytest.mark.parametrize(("ci", "code"), [("true", pytest.ExitCode.TESTS_FAILED), ("", pytest.ExitCode.OK)])
def test_a_new_skip_fails_the_run_in_ci(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, code: int
) -> None:
    monkeypatch.setenv("CI", ci)
    pytester.makepyfile("import pytest\ndef test_a(): pytest.skip('it failed once')\ndef test_b(): pass")
    told = pytester.runpytest_inprocess("-p", "tests.skips")
    assert told.ret == code
