-- The exports that hold nothing, or too little beside earlier ones: the files of one source and format that came with one load.
--
-- An export that tells again what was told before, or is declared to be full, is compared with the last one that did, or with the
-- first of all. Any other tells what is new, by the hour or the day: beside a full one it is always small, so it is compared with
-- the smallest of its kind of the eight days before (which have had a night and a Sunday), and by more than chance makes of counts.
with export as (
    select
        files.source,
        files.source_format,
        files.staged_at,
        count(*) as files,
        arg_max(files.file_id, files.loaded_order) as file_id,
        arg_max(files.file_name, files.loaded_order) as file_name,
        sum(files.records) as records,
        bool_or(files.is_full) or 2 * sum(coalesce(told.duplicates, 0)) >= sum(files.records) as tells_again
    from files
    left join (
        select
            file_id,
            sum(duplicates) as duplicates
        from ledger
        where is_primary
        group by file_id
    ) as told on files.file_id = told.file_id
    group by files.source, files.source_format, files.staged_at
),

placed as (
    select
        *,
        row_number() over (partition by source, source_format order by staged_at) = 1 as is_first
    from export
),

compared as (
    select
        *,
        lag(nullif(records, 0) ignore nulls) over of_format as last_records,
        lag(case when tells_again or is_first then nullif(records, 0) end ignore nulls) over of_format as full_records,
        min(case when not (tells_again or is_first) then nullif(records, 0) end) over (
            partition by source, source_format
            order by staged_at
            range between interval 8 days preceding and current row
            exclude current row
        ) as least_records
    from placed
    window of_format as (partition by source, source_format order by staged_at)
)

select
    case when records = 0 then 'no rows' else 'fewer rows' end as alarm,
    source,
    file_id,
    file_name,
    cast(files as bigint) as files,
    cast(records as bigint) as records,
    cast(case when records = 0 then last_records when tells_again then full_records else least_records end as bigint) as records_before,
    tells_again
from compared
where
    records = 0
    or (tells_again and records < $least_share * full_records)
    or (
        not (tells_again or is_first)
        and records < $least_share * least_records
        and least_records - records > $chance * sqrt(least_records)
    )
order by staged_at, source, source_format
