"""sqlfluff knows every variable of every template."""

from __future__ import annotations

from jinja2 import meta

from loader.config.resources import directory
from loader.render.script import environment
from tests import lint


def test_every_variable_of_a_template_is_listed_for_the_linter() -> None:
    templates = (directory("sql") / "dataset").rglob("*.sql")
    used = {
        (name, path.name)
        for path in templates
        for name in meta.find_undeclared_variables(environment().parse(path.read_text(encoding="utf-8")))
    }

    assert {(name, file) for name, file in used if not hasattr(lint, name)} == set()
