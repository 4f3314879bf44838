-- One row per request and clock of it that is decided, or per request that is reported and has none: what both say, and in which period.
--
-- grain: case_row_id, clock_id
-- reads: selected_rows, cases, fct_promise
-- takes: starts_at, ends_at, promise (ours), as_named (the reported promise, "any" where the other system names none)
-- note:  selected_rows are the reported promises. Ours are those of the systems that report any. is_case marks one row of each request; a
--        request counts as kept when every clock of it is. Three verdicts lead from theirs to ours: in calendar time, in open hours with
--        pauses in, and as decided
with reported as (
    select
        *,
        happened_at >= $starts_at and happened_at < $ends_at as is_of_period,
        row_number() over (partition by case_row_id order by promise = 'any', happened_at) as report_no
    from selected_rows
    where promise = $as_named or promise = 'any'
),

clocks as (
    select
        fct_promise.subject_id as case_row_id,
        fct_promise.clock_id,
        fct_promise.customer_id,
        fct_promise.account_id,
        fct_promise.customer_kind <> 'unidentified' as is_identified,
        fct_promise.subject,
        fct_promise.because,
        fct_promise.segment,
        fct_promise.decided_at,
        fct_promise.was_kept,
        fct_promise.was_kept or fct_promise.state <> 'closed_unanswered' as is_answered,
        fct_promise.calendar_seconds <= fct_promise.target_seconds as is_kept_by_wall,
        fct_promise.open_seconds + coalesce(fct_promise.paused_open_seconds, 0) <= fct_promise.target_seconds as is_kept_in_hours
    from fct_promise
    inner join cases on fct_promise.subject_id = cases.row_id
    where
        fct_promise.subject_kind = 'case'
        and fct_promise.promise = $promise
        and fct_promise.is_decided
        and cases.source in (select reported.source from reported)
),

judged as (
    select
        *,
        bool_and(is_kept_by_wall and is_answered) over of_case as case_kept_by_wall,
        bool_and(is_kept_in_hours and is_answered) over of_case as case_kept_in_hours,
        bool_and(was_kept) over of_case as case_kept,
        row_number() over (partition by case_row_id order by decided_at, clock_id) as clock_no
    from clocks
    window of_case as (partition by case_row_id)
)

select
    coalesce(judged.case_row_id, reported.case_row_id) as case_row_id,
    judged.clock_id,
    coalesce(judged.customer_id, reported.customer_id) as customer_id,
    coalesce(judged.account_id, reported.account_id) as account_id,
    coalesce(judged.is_identified, reported.is_identified) as is_identified,
    coalesce(judged.subject, reported.subject) as subject,
    coalesce(reported.because, 'not reported') || '; ' || coalesce(judged.because, 'nothing of ours is decided') as because,
    coalesce(judged.segment, reported.segment) as segment,
    coalesce(judged.decided_at, reported.happened_at) as happened_at,
    judged.clock_id is not null as is_judged,
    reported.case_row_id is not null as is_reported,
    coalesce(reported.is_of_period, false) as is_reported_now,
    coalesce(judged.decided_at >= $starts_at and judged.decided_at < $ends_at, false) as is_decided_now,
    coalesce(judged.clock_no, 1) = 1 as is_case,
    reported.was_kept as is_reported_kept,
    judged.case_kept_by_wall,
    judged.case_kept_in_hours,
    judged.case_kept,
    judged.was_kept as is_kept
from judged
full join reported on judged.case_row_id = reported.case_row_id and reported.report_no = 1
where reported.report_no = 1 or reported.report_no is null
