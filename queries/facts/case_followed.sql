-- One row per request that was ever solved: when its customer next asked for help in the same category.
--
-- grain:     case_row_id
-- reads:     case_solution, cases, customer_of
-- dated by:  first_solved_at
-- judged by: cases, case_events
-- kept:      no
-- note:      another request of theirs, opened later than the first solution of this one, spam left out. What has no category is of one
--            category. One ordered window over both kinds of moments: no request is joined with all others of its customer
with moments as (
    select
        customer_of.customer_id,
        coalesce(cases.category, 'unknown') as category,
        cases.row_id,
        date_trunc('second', cases.opened_at) as at_second,
        0 as place
    from cases
    inner join customer_of on customer_of.entity = 'cases' and cases.row_id = customer_of.row_id
    where cases.opened_by = 'customer' and not coalesce(cases.is_spam, false)
    union all
    select
        customer_of.customer_id,
        coalesce(cases.category, 'unknown') as category,
        cases.row_id,
        case_solution.first_solved_at as at_second,
        1 as place
    from case_solution
    inner join cases on case_solution.case_row_id = cases.row_id
    inner join customer_of on customer_of.entity = 'cases' and cases.row_id = customer_of.row_id
),

followed as (
    select
        row_id,
        at_second,
        place,
        min(case when place = 0 then at_second end) over (
            partition by customer_id, category
            order by at_second, place
            rows between 1 following and unbounded following
        ) as asked_again_at
    from moments
)

select
    row_id as case_row_id,
    at_second as first_solved_at,
    asked_again_at
from followed
where place = 1
