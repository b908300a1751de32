"""Every mutation finds what it breaks, once, however that is laid out; its test is there."""

from __future__ import annotations

import ast

import pytest

from tests.mutations.breaks import Break, NotFoundError, holds, instead, never, no_with, without
from tests.mutations.catalogue import CATALOGUE, Mutation
from tests.support.documentation import CLONE
from tests.support.sql import normal, statements

ROUTINE = """\
create function f() language plpgsql as $$
begin
    -- if v_found > 0 then
    update chunk as c set state = case when c.attempt > 1 then 'dead' else 'ready' end
    where c.lease_token   = p_token;
    IF v_found
        > 0 THEN
        return 'lost';
    end if;
    perform 1 from loader.chunk as c;
end
$$;
"""


@pytest.mark.parametrize("mutation", CATALOGUE, ids=lambda mutation: mutation.name)
def test_a_mutation_breaks_what_is_there(mutation: Mutation) -> None:
    text = (CLONE / mutation.path).read_text(encoding="utf-8")
    broken = mutation.breaks(text)

    assert normal(broken) != normal(text)
    if mutation.path.suffix == ".py":
        assert ast.dump(ast.parse(broken)) != ast.dump(ast.parse(text))
    file, _, test = mutation.test.partition("::")
    assert f"def {test.partition('[')[0]}(" in (CLONE / file).read_text(encoding="utf-8") or not test


def test_code_is_found_however_it_is_laid_out() -> None:
    for broken in (
        never("v_found > 0")(ROUTINE),
        holds("lease_token = p_token", within="update chunk")(ROUTINE),
        instead("lease_token = p_token", "false")(ROUTINE),
        without("return 'lost'")(ROUTINE),
        without("from chunk")(ROUTINE),
    ):
        assert normal(broken) != normal(ROUTINE)
    assert "null;" in without("perform 1 from chunk")(ROUTINE)


def test_the_branches_of_an_expression_end_no_statement() -> None:
    begins = [words[0].said for words in statements(ROUTINE) if words]
    assert begins == ["create", "update", "if", "return", "end", "perform", "end"]


@pytest.mark.parametrize(
    "breaks",
    [never("v_found > 1"), instead("c.state", "d"), without("chunk"), holds("state = 'leased'"), without("v_gone")],
)
def test_what_is_not_there_once_is_not_broken(breaks: Break) -> None:
    with pytest.raises(NotFoundError):
        breaks(ROUTINE)


def test_a_function_that_was_renamed_is_not_broken() -> None:
    with pytest.raises(NotFoundError):
        no_with("Loader.commit", "transaction")("class Loader:\n    def committed(self):\n        pass\n")
