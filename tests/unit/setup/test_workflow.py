"""The workflow of the CI hosts tests all that pyproject.toml promises, with commands that are there."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

CLONE = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def jobs() -> Any:
    return YAML(typ="safe").load(CLONE / ".github" / "workflows" / "ci.yml")["jobs"]


@pytest.fixture(scope="module")
def project() -> Any:
    return tomllib.loads((CLONE / "pyproject.toml").read_text())["project"]


def test_it_runs_every_python_with_every_postgresql(jobs: Any, project: Any) -> None:
    named = re.compile(r"Programming Language :: Python :: (3\.\d+)")
    pythons = [found[1] for line in project["classifiers"] if (found := named.fullmatch(line))]
    first, last = re.search(r"PostgreSQL (\d+) to (\d+)", (CLONE / "Makefile").read_text()).groups()  # type: ignore[union-attr]
    matrix = jobs["linux"]["strategy"]["matrix"]

    assert matrix["python"] == pythons
    assert project["requires-python"] == f">={pythons[0]}"
    assert matrix["postgres"] == [str(version) for version in range(int(first), int(last) + 1)]


def test_there_are_a_mac_a_plain_user_and_root(jobs: Any) -> None:
    assert jobs["mac"]["runs-on"].startswith("macos")
    assert "container" not in jobs["linux"]  # runners are plain users outside of a container, and root in one
    assert "container" in jobs["root"]


def test_its_commands_are_there(jobs: Any) -> None:
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    targets = set(re.findall(r"(?m)^([a-z-]+):", (CLONE / "Makefile").read_text()))

    called = {target for command in commands for target in re.findall(r"^make ([a-z-]+)", command)}

    assert called == {"test", "test-long"} <= targets
    assert os.access(CLONE / ".ci" / "run", os.X_OK)
