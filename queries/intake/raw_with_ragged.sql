-- The raw rows, those with the wrong number of cells told as a problem with their text.
select
    raw.* exclude ("@problem", "@text"),
    ragged.problem as "@problem",
    ragged.text as "@text"
from raw
left join ragged on raw."@line" = ragged.record
