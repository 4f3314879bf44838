-- The lines of one block that tell of a forgotten person: by an id of theirs, else by an address, number or shared id of theirs
-- while the id that the line names is nobody else's; and what such a line is, so that what hangs on it is found, too: unless
-- another line of the file tells the same of somebody else.
with keyed_rows as (
    select
        line,
        thing,
        parent,
        id_key(source, record_id) as record_key,
        id_key(source, merged_into) as merged_key,
        external_key(external_id) as external_key,
        email_key(email) as email_key,
        phone_key(phone) as phone_key
    from named_rows
),

asked as (
    select
        line,
        thing,
        coalesce(is_forgotten(record_key), false)
        or coalesce(is_forgotten(merged_key), false)
        or coalesce(is_forgotten(parent), false)
        or coalesce(is_forgotten(thing), false) as is_theirs,
        coalesce(is_forgotten(external_key), false)
        or coalesce(is_forgotten(email_key), false)
        or coalesce(is_forgotten(phone_key), false) as names_them,
        coalesce(record_key in (select node_key from known_record), false) as is_anothers
    from keyed_rows
),

judged as (
    select
        line,
        thing,
        is_theirs or (names_them and not is_anothers) as is_struck
    from asked
)

select
    line,
    case when bool_and(is_struck) over (partition by thing) then thing end as thing
from judged
qualify is_struck
