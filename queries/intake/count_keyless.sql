-- How many rows of each file name no customer: no id of a record, no e-mail, no phone, no shared id.
insert into keyless_rows
select
    file_id,
    $entity as entity,
    count(*) filter (where coalesce(record_id, email, phone, external_id) is null) as keyless,
    count(*) as rows
from ranked_rows
group by file_id
