-- One row per restated clock, with why: it was merged, is spam, was called off or removed, or a late row or another definition came.
--
-- grain:    subject_kind, subject_id, promise, run_at, place
-- reads:    build_before, case_events, cases, commitments, file_before, files, restated_clock, survey_responses
-- dated by: none
-- note:     where new files and another definition came at once, the definition is the cause of what is promised otherwise, and
--           of whatever no row of a new file is about
with new_file as (
    select distinct files.file_name
    from files
    left join file_before
        on files.file_id = file_before.file_id
    where file_before.file_id is null
),

subject as (
    select
        'case' as subject_kind,
        row_id as subject_id,
        merged_into is not null as is_merged,
        coalesce(is_spam, false) as is_spam,
        coalesce(is_withdrawn, false) as is_called_off
    from cases
    union all
    select 'commitment', row_id, false, false, cancelled_at is not null
    from commitments
    union all
    select 'detractor', row_id, false, false, coalesce(dismissed, false)
    from survey_responses
),

asked as (
    select distinct subject_id
    from restated_clock
),

told as (
    select cases.row_id as subject_id, cases.source_file
    from asked
    inner join cases
        on asked.subject_id = cases.row_id
    union all
    select cases.row_id, case_events.source_file
    from asked
    inner join cases
        on asked.subject_id = cases.row_id
    inner join case_events
        on cases.source = case_events.source and cases.case_id = case_events.case_id
    union all
    select commitments.row_id, commitments.source_file
    from asked
    inner join commitments
        on asked.subject_id = commitments.row_id
    union all
    select survey_responses.row_id, survey_responses.source_file
    from asked
    inner join survey_responses
        on asked.subject_id = survey_responses.row_id
),

arrived as (
    select distinct told.subject_id
    from told
    inner join new_file
        on told.source_file = new_file.file_name
),

definitions as (
    select coalesce(max(case when definitions_changed then 1 else 0 end), 0) as changed
    from build_before
)

select
    restated_clock.subject_kind,
    restated_clock.subject_id,
    restated_clock.promise,
    restated_clock.run_at,
    restated_clock.place,
    case
        when subject.subject_id is null then 'removed'
        when restated_clock.new_was_kept is null and subject.is_merged then 'merged'
        when restated_clock.new_was_kept is null and subject.is_spam then 'spam'
        when restated_clock.new_was_kept is null and subject.is_called_off then 'called off'
        when restated_clock.new_was_kept is null and restated_clock.is_known_less_far then 'known less far'
        when definitions.changed = 1 and (restated_clock.is_promised_otherwise or arrived.subject_id is null) then 'definition changed'
        else 'late row'
    end as cause
from restated_clock
cross join definitions
left join subject
    on restated_clock.subject_kind = subject.subject_kind and restated_clock.subject_id = subject.subject_id
left join arrived
    on restated_clock.subject_id = arrived.subject_id
