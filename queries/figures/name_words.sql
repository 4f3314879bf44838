-- One row per word, of those asked about, that is part of a known customer's name.
--
-- grain: word
-- reads: customers
-- takes: words (in small letters)
with names as (
    select distinct unnest(regexp_split_to_array(lower(name), '[^\p{L}\p{N}]+')) as word
    from customers
    where name is not null
)

select word
from names
where list_contains($words, word) and length(word) > 1
order by word
