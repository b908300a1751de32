create table loader.access_role (
    level text primary key check (level in ('owner', 'worker', 'reader')),
    role_name text not null unique
);
comment on table loader.access_role is 'The group roles; empty: the owner of the schema does everything.';
comment on column loader.access_role.level is
'owner: owns everything, loads and publishes; worker: loads chunks of loads that are open; reader: reads.';
comment on column loader.access_role.role_name is 'Name of the group role.';
