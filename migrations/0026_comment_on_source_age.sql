-- The comment as sql/control/schema has it now.
comment on type loader.source_age is
'Priority and date of a source, which decide whether it is older than another; names are not compared.';
