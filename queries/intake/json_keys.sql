-- The keys of all JSON objects of a file.
select distinct unnest(json_keys(case when json_valid(line) then line else '{}' end)) as key_name
from told_lines
where line is not null
order by key_name
