-- A dataset can be named by its name: the database keeps its mapping file.

alter table loader.dataset add column mapping_text text;
comment on column loader.dataset.mapping_text is
'The mapping file as it was last loaded; null: loaded by a program that kept none. What `loader load NAME` works by.';
