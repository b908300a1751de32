"""Isolation specs: sessions whose steps are run in fixed orders, or in all of them, as PostgreSQL's own tests do.

A file of ``specs/`` reads like this:

    # What must hold, in a sentence.
    setup { select spec.load(2) }
    session a
    step a_begin { begin }
    step a_claim { select spec.claim() }
    step a_commit { commit }
    session b
    step b_claim { select spec.claim() }
    may b_claim LD001
    always "no two leases of a chunk" { select count(*) = 2 from loader.chunk where state = 'leased' }
    order a_begin a_claim b_claim a_commit
        a_claim 1
        b_claim 2
    order all

``order`` runs its steps in that order; the lines below it are what they must come to, without those that return
nothing. ``waits`` stands for a step that a lock of another session holds up; it is named again when it ends, behind the
step that freed it. An error is its SQLSTATE. ``order all`` runs all interleavings in which each session keeps the
order of its steps; when a session waits, its further steps wait, too. ``always``: a query that must be true after each
run. ``may``: errors that a step may end with in ``order all``; any other fails the spec.

``support.sql`` has the routines ``spec.…``.
"""
