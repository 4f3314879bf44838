-- The unknown words of one file.
insert into told_words
select
    $file_id as file_id,
    source,
    entity,
    column_name,
    value,
    rows
from words_of_file
