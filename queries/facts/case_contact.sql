-- One row per request that was ever solved: how often its customer got in touch until the first solution, and how often we replied.
--
-- grain:     case_row_id
-- reads:     case_message, case_solution, cases
-- dated by:  first_solved_at
-- judged by: cases, case_events
-- kept:      no
-- note:      a customer's opening is a contact, every later message of theirs another, and so is a request of theirs merged into this
--            one; a chat is one contact until it is solved. Only of sources that tell messages
with sources as (
    select distinct source
    from case_message
),

messages as (
    select
        case_solution.case_row_id,
        sum(case when case_message.written_by = 'customer' then 1 else 0 end) as written,
        sum(
            case
                when case_message.written_by = 'customer' and case_message.happened_at > date_trunc('second', cases.opened_at)
                    then 1
                else 0
            end
        ) as written_later,
        sum(case when case_message.written_by = 'person' then 1 else 0 end) as public_replies
    from case_solution
    inner join cases on case_solution.case_row_id = cases.row_id
    inner join case_message on case_solution.case_row_id = case_message.case_row_id
    where case_message.happened_at <= case_solution.first_solved_at
    group by case_solution.case_row_id
),

after_solution as (
    select
        case_solution.case_row_id,
        min(case_message.happened_at) as written_again_at
    from case_solution
    inner join case_message on case_solution.case_row_id = case_message.case_row_id
    where case_message.written_by = 'customer' and case_message.happened_at > case_solution.first_solved_at
    group by case_solution.case_row_id
),

merged as (
    select
        case_solution.case_row_id,
        count(*) as requests
    from case_solution
    inner join cases on case_solution.case_row_id = cases.row_id
    inner join cases as joined on cases.source = joined.source and cases.case_id = joined.merged_into
    where joined.opened_by = 'customer' and joined.row_id <> cases.row_id
        and date_trunc('second', joined.opened_at) <= case_solution.first_solved_at
    group by case_solution.case_row_id
)

select
    case_solution.case_row_id,
    case_solution.first_solved_at,
    cast(coalesce(merged.requests, 0) + case
        when cases.opened_by = 'customer' and cases.channel = 'chat' then 1
        when cases.opened_by = 'customer' then 1 + coalesce(messages.written_later, 0)
        when cases.channel = 'chat' then least(1, coalesce(messages.written, 0))
        else coalesce(messages.written, 0)
    end as bigint) as inbound_contacts,
    cast(coalesce(messages.public_replies, 0) as bigint) as public_replies,
    after_solution.written_again_at
from case_solution
inner join cases on case_solution.case_row_id = cases.row_id
inner join sources on cases.source = sources.source
left join messages on case_solution.case_row_id = messages.case_row_id
left join after_solution on case_solution.case_row_id = after_solution.case_row_id
left join merged on case_solution.case_row_id = merged.case_row_id
