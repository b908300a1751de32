"""Reads all files of the suite and prints what became of them: `python -m tests.conformance [-v]`."""

from __future__ import annotations

import sys
from collections import Counter

from tests.conformance.reading import Outcome, read
from tests.conformance.suite import Case, cases, fetched

_FAULT_ELSEWHERE = {"general", "parameter", "both"}  # the fault may lie in a file that is never opened


def main() -> int:
    """1 when a file crashes the loader, or one that is not well-formed by itself is loaded whole."""
    failed = 0
    for subset in (False, True):
        found = [(case, read(case.path, subset=subset)) for case in cases(fetched()) if case.path.is_file()]
        print(f"\ninternal_subset: {'allow' if subset else 'refuse'}")
        counts = Counter((_group(case), outcome.word) for case, outcome in found)
        for (group, word), count in sorted(counts.items()):
            print(f"  {group:24} {word:10} {count:5}")
        for case, outcome in found:
            is_wrong = _is_wrong(case, outcome)
            failed += is_wrong
            if is_wrong or ("-v" in sys.argv and _is_odd(case, outcome)):
                print(f"  {'WRONG' if is_wrong else 'odd'} {case.kind} {case.name} {case.path}: {outcome}")
    return 1 if failed else 0


def _group(case: Case) -> str:
    return (
        f"{case.kind}{' (1.1)' if case.is_xml_1_1 else ''}{' (entities)' if case.entities in _FAULT_ELSEWHERE else ''}"
    )


def _is_wrong(case: Case, outcome: Outcome) -> bool:
    if outcome.word == "crash":
        return True
    counts = case.entities not in _FAULT_ELSEWHERE and not case.is_xml_1_1
    return case.kind == "not-wf" and outcome.word == "success" and counts


def _is_odd(case: Case, outcome: Outcome) -> bool:
    if case.kind == "not-wf":
        return outcome.word == "success"
    return outcome.word not in ("success", "refused") or (
        outcome.word == "refused" and "DOCTYPE" not in outcome.message
    )


if __name__ == "__main__":
    sys.exit(main())
