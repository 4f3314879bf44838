-- One row per movement in what our customers are worth: gained, returned, ended, fell silent, grown, shrunk, moved between segments.
--
-- grain:     account_id, moved_on, movement
-- reads:     account_as_of, account_movement, account_period, customers, local_day
-- dated by:  happened_at
-- as of:     none
-- judged by: orders, contracts, opportunities, stage_changes, interactions
-- note:      the customers, their value and how many have a known value at an instant are the sums of all changes before it, overall and per segment;
--            known_again and not_known change only the last
with named as (
    select
        moves.account_id,
        moves.moved_on,
        case
            when moves.movement = 'began' and began.period_no = 1 then 'gained'
            when moves.movement = 'began' then 'returned'
            when moves.movement = 'lost' and lost.lost_by = 'ended' then 'ended'
            when moves.movement = 'lost' then 'fell_silent'
            else moves.movement
        end as movement,
        moves.segment,
        moves.other_segment,
        moves.customers_change,
        moves.cents,
        moves.is_known,
        moves.known_change,
        coalesce(lost.lost_reason, 'unknown') as reason,
        before.lost_by as returned_after,
        coalesce(began.began_subject, lost.lost_subject, moves.account_id) as subject,
        case
            when moves.movement = 'began' and began.period_no = 1 then 'First ' || began.began_with || ' on ' || cast(moves.moved_on as varchar)
            when moves.movement = 'began' then 'Came back with a new ' || began.began_with || ' on ' || cast(moves.moved_on as varchar)
            when lost.lost_by = 'ended' then 'Contract over on ' || cast(lost.last_sign_on as varchar) || ' and no other in time'
            when moves.movement = 'lost' then 'Nothing since the ' || lost.lost_kind || ' on ' || cast(lost.last_sign_on as varchar)
            when moves.movement = 'moved_out' then 'Moved on to ' || moves.other_segment
            when moves.movement = 'moved_in' then 'Moved here from ' || moves.other_segment
            when moves.movement = 'not_known' then 'Value a year no longer known in full'
            when moves.movement = 'known_again' then 'Value a year known in full again'
            else 'Value a year changed by ' || cast(cast(cast(moves.cents as double) / 100 as decimal(20, 2)) as varchar)
        end as because
    from account_movement as moves
    left join account_period as began
        on moves.account_id = began.account_id and moves.moved_on = began.began_on and moves.movement = 'began'
    left join account_period as before
        on began.account_id = before.account_id and began.period_no = before.period_no + 1
    left join account_period as lost
        on moves.account_id = lost.account_id and moves.moved_on = lost.lost_on and moves.movement = 'lost'
)

select
    named.account_id || ':' || cast(named.moved_on as varchar) || ':' || named.movement as movement_id,
    named.account_id,
    named.account_id as customer_id,
    named.movement,
    named.moved_on,
    coalesce(local_day.starts_at, cast(named.moved_on as timestamp)) as happened_at,
    named.customers_change,
    cast(named.cents as double) / 100 as value_change,
    named.is_known as value_known,
    named.known_change,
    named.reason,
    named.returned_after,
    named.segment,
    named.other_segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit,
    named.subject,
    named.because,
    account_as_of.as_of
from named
left join local_day
    on named.moved_on = local_day.day
inner join customers
    on named.account_id = customers.customer_id
cross join account_as_of
