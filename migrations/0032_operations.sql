-- Records whose operation is unknown are rejected. What delete records delete is not counted as missing.
comment on column loader.reject.reason is
'Class of the fault: malformed, missing_key, type, repeated, required, check, pattern, enum, range, limit, conflict,
too_large, operation.';
comment on column loader.load_entity.deleted is
'Rows removed, or marked as gone: the dump no longer holds them, or sources contradict each other on them.';
