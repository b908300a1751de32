"""Records that are longer than the limit: their end and digest are found without keeping them."""

from __future__ import annotations

import xxhash

from loader.source.xml.markup import OwnTag, element_end
from loader.source.xml.window import Window


def pass_record(window: Window, start: int, body: int, tag: OwnTag) -> tuple[int, int]:
    """End and digest (xxh3_64) of the record at ``start`` whose start tag ends at ``body``.

    The window drops what is passed. Raises Broken, as `element_end` does, if the record has no end.
    """
    digest, before, passed = xxhash.xxh3_64(), window.before_drop, start

    def take(end: int) -> None:
        nonlocal passed
        digest.update(window.slice(passed, end))
        passed = end

    def before_drop() -> None:
        if before is not None:
            before()
        take(window.floor)

    window.look_again()  # scan again what was passed in search of the end
    window.before_drop = before_drop
    try:
        end = element_end(window, start, body, tag, keep=False)
    finally:
        window.before_drop = before
    take(end)
    return end, digest.intdigest()
