"""What happens around the workers: time, sessions that die, what people and other commands do."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.queue.harness import WORKERS, Harness
from tests.queue.model import FOREVER, REQUEUED

MAX_CHUNKS = 8
workers = st.integers(0, WORKERS - 1)
shares = st.sampled_from([None, None, None, (1, 2), (2, 2)])
numbers = st.integers(1, MAX_CHUNKS)
idle = precondition(lambda machine: not any(worker.open for worker in machine.workers))


class Around(Harness):
    """Rules that need no chunk of a worker's own."""

    @rule(who=workers)
    def die(self, who: int) -> None:
        self.bury(self.workers[who], close=True)

    @rule(seconds=st.sampled_from([1, 5, 11, 30, 100, 121, 121, 500, 2000]))
    def time_passes(self, seconds: int) -> None:
        self.queue.now += seconds
        self.set_clock()

    @rule(gone=st.booleans(), share=shares)
    def sweep(self, gone: bool, share: tuple[int, int] | None) -> None:
        query = "select loader.reclaim_expired(1, p_vanished => %s, p_partition => %s, p_partitions => %s)"
        assert self.watcher.call(query, gone, *(share or (None, None))) == self.sweep_in_model(share, gone=gone)

    @rule(share=shares)
    def has_work(self, share: tuple[int, int] | None) -> None:
        # A source that is not planned to its end is work for everybody, whatever the chunks are.
        self.watcher.do("update loader.source set state = 'planned' where state = 'registered'")
        found = self.watcher.call("select loader.has_work(1, %s, %s)", *(share or (None, None)))
        self.watcher.do("update loader.source set state = 'registered' where state = 'planned'")
        self.sweep_in_model(share, gone=True)
        assert found == self.queue.has_work(share)

    @rule(number=numbers)
    def requeue(self, number: int) -> None:
        dead = [c for c in self.queue.chunks if c.state == "dead"]
        chunk = dead[number % len(dead)] if dead else next((c for c in self.queue.chunks if c.number == number), None)
        said = self.watcher.call("select loader.requeue_chunk(%s)", self.chunk_id(chunk.number if chunk else 0))
        if chunk is None or (self.queue.is_open and chunk.state != "dead"):
            assert said == "LD013"
        elif not self.queue.is_open:
            assert said == "LD005"
        else:
            chunk.state, chunk.max_attempts, chunk.ready_at = "ready", REQUEUED, -FOREVER
            chunk.attempts = []

    @idle
    @rule(really=st.sampled_from([False] * 9 + [True]))
    def cancel(self, really: bool) -> None:
        if really and self.queue.is_open:
            self.watcher.do("select loader.cancel_load(1)")
            self.queue.give_up()

    @idle
    @rule(crashes=st.booleans())
    def restart(self, crashes: bool) -> None:
        if crashes:
            self.watcher.do("delete from box_build._canary")
        needed = crashes and self.queue.is_open
        assert self.watcher.call("select loader.restart_build(1)") == needed
        if needed:
            self.queue.restart()
            self.epoch += 1
        elif crashes:
            self.watcher.do(f"insert into box_build._canary values ({self.epoch})")
