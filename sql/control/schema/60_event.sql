create table loader.event (
    event_id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    level text not null default 'info' check (level in ('info', 'warning', 'error', 'critical')),
    kind text not null,
    dataset text,
    load_id bigint,
    source_id bigint,
    chunk_id bigint,
    message text not null,
    detail jsonb not null default '{}'
);
comment on table loader.event is 'Events in the order in which they happened, for people and for monitoring.';
comment on column loader.event.event_id is 'Number of the event.';
comment on column loader.event.at is 'When it happened.';
comment on column loader.event.level is 'info, warning, error, critical.';
comment on column loader.event.kind is 'Short name of the event, for example load_started.';
comment on column loader.event.dataset is 'Dataset it is about.';
comment on column loader.event.load_id is 'Load it is about.';
comment on column loader.event.source_id is 'Source it is about.';
comment on column loader.event.chunk_id is 'Chunk it is about.';
comment on column loader.event.message is 'One sentence.';
comment on column loader.event.detail is 'Figures that belong to it.';

create index event_of_load on loader.event (load_id, event_id);
comment on index loader.event_of_load is 'Serves the story of one load.';

create index event_of_trouble on loader.event (load_id) where kind in ('retried', 'circuit_closed');
comment on index loader.event_of_trouble is
'Serves loader.load_status and loader.worker_status: retries, and times without the server.';
