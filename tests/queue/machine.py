"""Random steps of several workers at a queue, each compared with the model."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tests.queue.around import MAX_CHUNKS, Around, numbers, shares, workers
from tests.queue.harness import EPOCH, WORKERS, Worker
from tests.queue.model import LEASE, MAX_ATTEMPTS, Chunk

SWEEPS_A_LEASE = 10
DRAINING = 60  # steps; more than any queue needs to its end
leased = precondition(lambda machine: machine.leased())
working = precondition(lambda machine: any(worker.open for worker in machine.workers))


class QueueMachine(Around):
    """The rules."""

    @initialize(chunks=st.integers(1, 6))
    def begin(self, chunks: int) -> None:
        self.watcher.do("select spec.load(0)")
        self.watcher.do("update loader.source set state = 'registered'")  # more chunks of it may be planned
        self.set_clock()
        for _ in range(chunks):
            self.plan(0)

    # --- planning

    @rule(again=st.integers(0, 5))
    def plan(self, again: int) -> None:
        """The next chunk, or one that is planned already."""
        chunks = self.queue.chunks
        number = again if 0 < again <= len(chunks) else len(chunks) + 1
        if number > MAX_CHUNKS:
            return
        found = self.watcher.call("select spec.plan(%s, %s)", number, MAX_ATTEMPTS)
        if not self.queue.is_open:
            assert found == "LD005"
        elif number > len(chunks):
            chunks.append(Chunk(number))

    # --- a worker's way

    @rule(who=workers, from_front=st.booleans(), share=shares)
    def claim(self, who: int, from_front: bool, share: tuple[int, int] | None) -> None:
        worker = self.workers[who]
        if worker.open:
            return
        if self.queue.frozen():
            self.sweep(False, None)  # apart: how long their sessions take to end, nobody knows
        floor = 0 if from_front else worker.number
        expected = self._expected_claim(worker, floor, share)
        row = worker.call(
            "select array[c.number, c.lease_token] "
            "from loader.claim_chunk(1, 'worker', p_cursor => %s, p_partition => %s, p_partitions => %s) as c",
            self.chunk_id(floor), *(share or (None, None)),
        )  # fmt: skip
        if expected is None:
            assert row is None
            return
        assert row is not None
        assert row[0] == expected.number
        assert row[1] > max(self.tokens), "a newer lease has a larger token"
        self.tokens.append(row[1])
        worker.number, worker.token = row
        self.queue.give(expected, row[1], worker.pid)

    def _expected_claim(self, worker: Worker, floor: int, share: tuple[int, int] | None) -> Chunk | None:
        now = self.queue.now
        if worker.swept_at is None or not worker.swept_at <= now <= worker.swept_at + LEASE // SWEEPS_A_LEASE:
            self.sweep_in_model(share)
            worker.swept_at = now
        found = self.queue.first_ready(floor, share)
        if found is None and self.sweep_in_model(share) > 0:
            found = self.queue.first_ready(floor, share)
        return found

    @rule(who=workers, how=st.sampled_from(["bring", "done", "silent"]))
    def work(self, who: int, how: str) -> None:
        """A claim and what often comes of it."""
        self.claim(who, True, None)
        if how != "silent":
            self.bring(who)
        if how == "done":
            self.end(who, True)
        self.has_work(None)

    @leased
    @rule(who=workers)
    def bring(self, who: int) -> None:
        """Fence and rows: they wait in an open transaction."""
        worker = self.workers[who]
        if worker.open or not worker.token:
            return
        chunk = self.queue.holder(worker.token)
        worker.do("begin")
        found = worker.call("select null from loader.fence_chunk(%s, %s)", self.chunk_id(worker.number), worker.token)
        if chunk is None:
            assert found == "LD001"
            worker.do("rollback")
            return
        assert found is None
        for statement in ("spec.reject()", "spec.copy()"):
            worker.do(
                f"select set_config('spec.chunk', '{self.chunk_id(worker.number)}', true), "
                f"set_config('spec.token', '{worker.token}', true), {statement}"
            )
        chunk.locked, worker.open = worker.pid, True

    @working
    @rule(who=workers, commits=st.booleans())
    def end(self, who: int, commits: bool) -> None:
        worker = self.workers[who]
        if not worker.open:
            return
        chunk = self.queue.holder(worker.token)
        assert chunk is not None, "nobody takes a chunk that is being merged"
        if commits:
            worker.do(f"call loader.merge_chunk({self.chunk_id(worker.number)}, {worker.token}, null, 1)")
            chunk.end("done", "done")
        worker.do("commit" if commits else "rollback")
        chunk.locked, worker.open = None, False
        self.set_clock(worker)  # a rollback sets it back

    @rule(who=workers, number=numbers, old=st.integers(0, 20))
    def come_late(self, who: int, number: int, old: int) -> None:
        """Whatever somebody does whose lease is lost: nothing comes of it."""
        token = self.tokens[old % len(self.tokens)]
        worker = self.workers[who]
        if worker.open or self.queue.holder(token) is not None:
            return
        place = (self.chunk_id(number), token)
        assert worker.call("select loader.heartbeat_chunk(%s, %s)", *place) == "lost"
        assert worker.call("select loader.fail_chunk(%s, %s, 'late')", *place) == "LD001"
        assert worker.call("select loader.release_chunk(%s, %s)", *place) == "LD001"
        assert worker.call("call loader.merge_chunk(%s, %s, null, 1)", *place) == "LD001"

    @leased
    @rule(number=numbers)
    def beat(self, number: int) -> None:
        chunk = self.leased()[number % len(self.leased())]
        said = self.watcher.call("select loader.heartbeat_chunk(%s, %s)", self.chunk_id(chunk.number), chunk.token)
        if chunk.locked:
            assert said == "busy"
        else:
            assert said == "renewed"
            chunk.until = self.queue.now + LEASE

    @leased
    @rule(number=numbers, last=st.sampled_from([False, False, False, True]))
    def fail(self, number: int, last: bool) -> None:
        chunk = self.leased()[number % len(self.leased())]
        if chunk.locked:
            return
        place = (self.chunk_id(chunk.number), chunk.token)
        said = self.watcher.call("select loader.fail_chunk(%s, %s, 'x', %s)", *place, last)
        state = "dead" if last or len(chunk.attempts) >= chunk.max_attempts else "ready"
        assert said == state
        chunk.end(state, "failed")
        pause = 2 ** (min(len(chunk.attempts), 10) - 1)
        chunk.ready_at = self.watcher.call(
            f"select extract(epoch from ready_at - {EPOCH})::float8 from loader.chunk where number = %s", chunk.number
        )
        assert pause / 2 <= chunk.ready_at - self.queue.now <= pause

    @leased
    @rule(number=numbers)
    def release(self, number: int) -> None:
        chunk = self.leased()[number % len(self.leased())]
        if chunk.locked:
            return
        self.watcher.do(f"select loader.release_chunk({self.chunk_id(chunk.number)}, {chunk.token})")
        chunk.end("ready", "released")
        chunk.max_attempts += 1

    @rule(who=workers)
    def release_session(self, who: int) -> None:
        worker = self.workers[who]
        if worker.open:
            return
        mine = [c for c in self.queue.chunks if c.state == "leased" and c.attempts[-1].session == worker.pid]
        assert worker.call("select loader.release_session(1)") == len(mine)
        for chunk in mine:
            chunk.end("ready", "released")
            chunk.max_attempts += 1

    @rule(who=workers)
    def fall_silent(self, who: int) -> None:
        """What a chunk that kills its workers looks like."""
        self.claim(who, True, None)
        self.time_passes(LEASE + 1)
        self.sweep(False, None)

    # --- the end

    def drain(self) -> None:
        """Brings the load to its end."""
        for who in range(WORKERS):
            self.end(who, True)
        for _ in range(DRAINING):
            if all(chunk.state == "done" for chunk in self.queue.chunks) or not self.queue.is_open:
                break
            self.time_passes(2000)
            for chunk in list(self.queue.chunks):
                if chunk.state == "dead" and self.queue.is_open:
                    self.requeue(chunk.number)
            self.claim(0, True, None)
            self.has_work(None)  # even if this is the last chunk: its worker may fail
            self.bring(0)
            self.end(0, True)
        self.is_as_in_the_model()
        self.rows_and_done_agree()
        if self.queue.is_open and self.queue.chunks:
            assert {chunk.state for chunk in self.queue.chunks} == {"done"}, "each chunk ends"
            self._finish()

    def _finish(self) -> None:
        count = len(self.queue.chunks)
        self.watcher.do(f"select loader.finish_source(1, null, 'digest', 10, {2 * count})")
        self.watcher.do("call loader.finish_load(1)")
        found = self.watcher.call("select array[read, inserted, rejected] from loader.load where state = 'done'")
        assert found == [2 * count, count, count]
        assert self.watcher.call("select count(*)::int from box.item") == count
