"""docker-compose.yml and the Dockerfile agree with each other and with the package."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from ruamel.yaml import YAML

CLONE = Path(__file__).resolve().parents[3]
DOCKERFILE = (CLONE / "Dockerfile").read_text()


@pytest.fixture(scope="module")
def services() -> Any:
    return YAML(typ="safe").load(CLONE / "docker-compose.yml")["services"]


def test_every_service_is_a_target_of_the_dockerfile(services: Any) -> None:
    targets = set(re.findall(r"(?m)^FROM \S+ AS (\w+)$", DOCKERFILE))

    assert {service["build"]["target"] for service in services.values()} == targets


def test_the_loader_waits_for_a_database_that_answers(services: Any) -> None:
    assert services["loader"]["depends_on"]["db"]["condition"] == "service_healthy"
    assert services["db"]["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]


def test_the_loader_connects_as_the_user_that_the_database_makes(services: Any) -> None:
    url = urlsplit(services["loader"]["environment"]["DATABASE_URL"])
    made = services["db"]["environment"]

    assert url.hostname == "db"
    assert (url.username, url.password, url.path[1:]) == (
        made["POSTGRES_USER"],
        made["POSTGRES_PASSWORD"],
        made["POSTGRES_DB"],
    )


def test_the_database_is_not_published_to_the_network(services: Any) -> None:
    assert all(port.startswith("127.0.0.1:") for port in services["db"]["ports"])


def test_the_image_gets_all_that_the_package_is_built_from() -> None:
    copied = re.findall(r"(?m)^COPY (.+) \S+$", DOCKERFILE)
    let_in = {line[1:] for line in (CLONE / ".dockerignore").read_text().splitlines() if line[0] == "!"}

    assert {name for names in copied for name in names.split()} == let_in
    assert {"pyproject.toml", "README.md", "loader", "sql", "migrations"} <= let_in
