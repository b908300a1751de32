-- The comment as sql/control/schema has it now.
comment on column loader.reject.reason is
'Class of the fault: malformed, missing_key, type, repeated, required, check, pattern, enum, range, limit, conflict,
too_large, operation, expression.';
