"""One sequence: each step is done in this process, and then the tables are compared with the model."""

from __future__ import annotations

import json
import random
import tempfile
from collections import Counter, defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from loader.admin import repair
from loader.admin.history import roll_back
from loader.admin.replay import mark_replayed, write_replay
from loader.config.logs import LogSettings
from loader.config.settings import RunSettings
from loader.database.connect import connect
from loader.errors import LoaderError, UsageError
from loader.load.finish import WorkLeftError, finish
from loader.load.register import as_registered, register
from loader.load.request import LoadRequest
from loader.mapping.read import read_dataset
from loader.queue.assignment import Assignment
from loader.queue.worker import Worker
from tests.sequences.dumps import Loading, Plan, Replaying, Undoing, data_of, random_content, text_of
from tests.sequences.model import Content, File, Load, Model, Record, Row

# Refusals that a sequence may meet: other content under a name, deletions, nothing to go back to, all rejected.
MOST_TRIES = 5  # of a load whose chunks are merged again
ALLOWED = {"LD010", "LD014", "LD017", "LD018", "LD028", "LD031"}

Table = dict[object, Row]


class DiffersError(AssertionError):
    """The tables are not as the model has them."""


class Trial:
    """A sequence in a database of its own, in which its dataset is installed."""

    def __init__(self, database: str, folder: Path, mapping: Path, sequence: Plan) -> None:
        self._url, self._folder, self._plan = database, folder, sequence
        self._dataset, self._run = read_dataset(str(mapping)), RunSettings()
        config = sequence.config
        self._model = Model(config.policies, config.deletes == "mark")
        self._known: dict[int, Load] = {}  # every load that was done, by its number in the database
        self._states: dict[int, dict[str, Table]] = {}
        self.counts: Counter[str] = Counter()

    def run(self) -> None:
        """Raises DiffersError with the step at which the tables first differ."""
        with connect(self._url) as self._connection:
            for number, step in enumerate(self._plan.steps):
                try:
                    done = self._step(step)
                    self.counts[f"{type(step).__name__} {getattr(step, 'what', '')}".strip()] += done
                    self.counts["refused"] += not done
                    self._compare()
                except DiffersError as error:
                    raise DiffersError(f"step {number} {step}: {error}") from error
                except (psycopg.Error, LoaderError, AssertionError) as error:
                    raise DiffersError(f"step {number} {step}: {type(error).__name__} {error}") from error
            self._compare_former()

    def _step(self, step: object) -> bool:
        try:
            if isinstance(step, Loading):
                return self._load(step)
            if isinstance(step, Replaying):
                return self._replay(step)
            assert isinstance(step, Undoing)
            return {"rollback": self._rollback, "revert": self._revert, "repair": self._repair}[step.what](step)
        except (psycopg.Error, LoaderError) as error:
            code = error.context.get("sqlstate") if isinstance(error, LoaderError) else error.sqlstate
            usage = isinstance(error, UsageError) and ("other content" in str(error) or isinstance(step, Undoing))
            if code not in ALLOWED and not usage:
                raise
            self.counts[str(code or "usage")] += 1
            open_ = "select load_id from loader.load where state in ('open', 'built')"
            for (load_id,) in self._connection.execute(open_).fetchall():
                self._connection.execute("select loader.cancel_load(%s)", (load_id,))
            return False

    def _load(self, step: Loading) -> bool:
        files = [self._plan.files[place] for place in step.files]
        if len({file.name for file in files}) < len(files):
            return False
        config = self._plan.config
        options: dict[str, Any] = {"allow_deletes": True} if step.allows else {}
        if step.keeps:
            options["deletes"] = "ignore"
        load_id = self._do(self._request(
            paths=[self._written(place) for place in step.files], mode=step.mode, priority=step.priority,
            chunk_bytes=step.chunk, options=options,
        ))  # fmt: skip
        deletes = config.deletes != "ignore" and not step.keeps
        self._add(Load(load_id, tuple(files), step.priority, deletes, step.mode == "replace"))
        return True

    def _written(self, place: int) -> Path:
        file = self._plan.files[place]
        path = self._folder / str(place) / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data_of(file))
        return path

    def _request(self, **request: Any) -> LoadRequest:
        given = {"paths": [], "chunk_bytes": 300, **request}
        return LoadRequest(
            dataset=self._dataset, run=self._run, url=self._url, workers=1, quiet=True, check_space=False, **given
        )

    def _do(self, request: LoadRequest) -> int:
        load_id = register(self._connection, request)
        request = as_registered(self._connection, load_id, request)
        given = Assignment(self._url, request.dataset, load_id, request.run, LogSettings(), request.directory)
        for _ in range(MOST_TRIES):
            worker = Worker(given)
            worker.work()
            worker.close()
            with suppress(WorkLeftError):
                finish(self._connection, self._url, load_id, 1, lambda line: None, space_matters=False)
                return load_id
        raise DiffersError(f"load {load_id} does not end")

    def _add(self, load: Load) -> None:
        self._model.loads.append(load)
        self._known[load.number] = load
        row = self._connection.execute(
            "select read, inserted + updated + unchanged + duplicate + rejected, rejected, records, filtered "
            "from loader.load_status where load_id = %s", (load.number,),
        ).fetchone()  # fmt: skip
        assert row is not None
        if row[0] != row[1] or row[3] != row[0] + row[4]:
            raise DiffersError(f"the balance of load {load.number} is wrong: {row}")
        records = [record for file in load.files for _, record in file.records]
        broken = sum(record.fault not in ("", "hidden") for record in records)
        if "error" not in self._model.policies.values() and row[2] != broken:
            raise DiffersError(f"load {load.number} rejected {row[2]} of {broken} broken records")
        if row[3] != len(records):
            raise DiffersError(f"load {load.number} read {row[3]} of {len(records)} records")

    def _replay(self, step: Replaying) -> bool:
        loads = self._connection.execute(
            "select distinct load_id from loader.reject order by load_id desc limit %s", (step.back,)
        ).fetchall()
        if len(loads) < step.back:
            return False
        rows = self._connection.execute(
            "select distinct on (r.source_id, r.record) r.reject_id, r.source_id, r.record, s.load_id, s.name "
            "from loader.reject_detail as r join loader.source as s on s.source_id = r.source_id where r.load_id = %s "
            "order by r.source_id, r.record, r.reject_id", loads[-1],
        ).fetchall()  # fmt: skip
        dice = random.Random(step.seed)
        chosen = [row for row in rows if dice.random() < 0.8]
        lines, mended = [], defaultdict(list)
        for reject, source, record, load_id, name in chosen:
            before = self._known.get(load_id)
            if before is None:
                return False
            file = next(f for f in before.files if f.replay or f.name == name)
            # In a replay, records are numbered anew.
            number, old = file.records[record - 1]
            new = self._mended(dice, old)
            lines.append(json.dumps({"reject": reject, "source_id": source, "xml": text_of(new)}))
            mended[source].append((before, file, number, new))
        if not lines:
            return False
        return self._replay_lines(lines, mended)

    @staticmethod
    def _mended(dice: random.Random, old: Record) -> Record:
        fault = dice.choice(("", "", "", "", "price", "hidden"))
        key = old.key if dice.random() < 0.8 else dice.choice((1, 2, 3))
        return Record(old.entity, key, random_content(dice), fault)

    def _replay_lines(self, lines: list[str], mended: dict[int, list[Any]]) -> bool:
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            given = Path(folder) / "rejects.jsonl"
            given.write_text("\n".join(lines))
            replays = write_replay(self._connection, self._dataset, str(given), Path(folder))
            for replay, (_, items) in zip(replays, sorted(mended.items()), strict=True):
                load_id = self._do(self._request(
                    mode="merge", sources={replay.source: replay.snapshot}, priority=replay.priority,
                    entities=replay.entities, record_numbers=replay.record_numbers, directory=Path(folder),
                    options={"deletes": "ignore"},
                ))  # fmt: skip
                mark_replayed(self._connection, replay, load_id)
                before, file = items[0][0], items[0][1]
                records = tuple((record, new) for _, _, record, new in items)
                made = File(file.feed, file.day, file.entities, records, load_id)
                self._add(Load(load_id, (made,), before.priority, False, False))
        return True

    def _rollback(self, step: Undoing) -> bool:
        if len(self._model.loads) < step.back:
            return False
        load = self._model.loads[-step.back]
        roll_back(self._connection, load.number)
        self._model.loads.remove(load)
        return True

    def _revert(self, step: Undoing) -> bool:
        self._connection.execute("call loader.revert('odd')")
        counting = self._connection.execute(
            "select l.load_id from loader.load as l where l.state = 'done' and not exists (select 1 "
            "from loader.publication as p where p.load_id = l.load_id and p.reverted_at is not null)"
        ).fetchall()
        numbers = {number for (number,) in counting}
        self._model.loads = [load for number, load in sorted(self._known.items()) if number in numbers]
        self._states.clear()
        return True

    def _repair(self, step: Undoing) -> bool:
        request = repair.known_files(self._connection, self._request(paths=[]))
        load_id = self._do(repair._as_repair(request, "mend"))
        written = self._connection.execute(
            "select inserted, updated, deleted from loader.load_status where load_id = %s", (load_id,)
        ).fetchone()
        if any(written or ()):
            raise DiffersError(f"the repair wrote {written}")
        return True

    def _compare(self) -> None:
        found = {entity: self._stored(entity) for entity in self._model.policies}
        for entity, rows in found.items():
            expected = self._model.rows(entity)
            for key in sorted({*rows, *expected}, key=str):
                allowed, row = expected.get(key, [None]), rows.get(key)
                if row not in allowed:
                    raise DiffersError(f"{entity} {key} is {row}, expected {' or '.join(map(str, allowed))}")
        last = self._connection.execute("select max(load_id) from loader.load where state = 'done'").fetchone()
        if last and last[0]:
            self._states[last[0]] = found

    def _compare_former(self) -> None:
        if self._plan.config.history == "off":
            return
        for number, state in self._states.items():
            for entity, rows in state.items():
                if (found := self._stored(entity, number)) != rows:
                    raise DiffersError(f"{entity} as of load {number} is {found}, was {rows}")

    def _stored(self, entity: str, number: int | None = None) -> Table:
        def source(table: str) -> str:
            return f"odd.{table}" if number is None else f"odd_history.{table}_as_of({number})"

        exists = self._connection.execute("select to_regclass(%s)", (f"odd.{entity}",)).fetchone()
        if exists == (None,):
            return {}
        numbered = self._model.policies[entity] == "generated"
        key = "record_id" if numbered else "id"
        gone = "to_char(_gone_since, 'YYYYMMDD')" if self._model.marks else "null"
        notes: dict[Any, list[str]] = defaultdict(list)
        ask = self._connection.execute
        for owner, place, n, note in ask(
            f"select {entity}_{key}::text, item_ordinal, ordinal, note from {source(f'{entity}_note')} order by 1, 2, 3"
        ):
            notes[owner, place].append(note)
            assert n == len(notes[owner, place]), "ordinals have gaps"
        items: dict[Any, list[Any]] = defaultdict(list)
        for owner, n, text, weight in ask(
            f"select {entity}_{key}::text, ordinal, text, weight::text from {source(f'{entity}_item')} order by 1, 2"
        ):
            items[owner].append((text, weight, tuple(notes.pop((owner, n), ()))))
            assert n == len(items[owner]), "ordinals have gaps"
        assert not notes, f"notes without an item: {notes}"
        rows: Table = {}
        number_ = f"record_id & {(1 << 40) - 1}" if numbered else "null"
        for owner, feed, record, name, price, since in ask(
            f"select t.{key}::text, loader.feed_of(s.name, s.snapshot), {number_}, t.name, t.price::text, {gone} "
            f"from {source(entity)} as t join loader.source as s on s.source_id = t._source"
        ):
            place: object = (feed.removesuffix(".xml").removesuffix("_"), record) if numbered else int(owner)
            assert place not in rows, f"{place} is there twice"
            rows[place] = Row(Content(name, price, tuple(items.pop(owner, ()))), since or "")
        assert not items, f"items without a record: {items}"
        return rows
