-- The control schema of dumploader: what was asked, what was done, what could not be loaded.
--
-- A *load* is one run over a set of *sources* (files). Planning cuts a source into *chunks*, runs of whole records.
-- Workers claim chunks, COPY their rows into staging and merge them; one transaction holds the rows and the chunk's
-- `done`, so there is no moment in which data and control tables disagree. A record that cannot be loaded becomes a
-- *reject*, and for every chunk, source and load the balance holds:
--
--     read = inserted + updated + removed + unchanged + duplicate + rejected
--
-- A chunk's states, and every routine that writes them: sql/control/README.md.
--
-- Lock order, everywhere: load, then source, then chunk by chunk_id. The loader's own SQLSTATEs are LD001-LD0xx;
-- loader.error_code lists them.

create schema if not exists loader;
revoke all on schema loader from public;
comment on schema loader is
'Control schema of dumploader: manifest, queue, rejects and the routines that work on them.';

create sequence loader.lease_token as bigint;
comment on sequence loader.lease_token is
'Source of lease tokens: the newer lease has the larger token.';
