-- Nothing was read: the keys are logged as they arrived.
insert into {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} (
    chunk_id, {{ root.primary_key | idents }}, record, outcome
)
values (
    _p_chunk, {{ root | same | join(', ') }}, _v_same_record, repeat('n', cardinality(_v_same_record))
);
