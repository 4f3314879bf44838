-- One row per segmentation beside the workspace's own and movement in what our customers are worth, as that segmentation tells them apart.
--
-- grain:     segmentation, account_id, moved_on, movement
-- reads:     account_as_of, customers, fct_customer_movement, local_day, segment_membership, segment_move, workspace_setting
-- dated by:  happened_at
-- as of:     none
-- judged by: orders, contracts, opportunities, stage_changes, interactions
-- note:      fct_customer_movement with another segmentation's segments and moves: asked in its place when one is split or filtered by;
--            a loss is booked in the segment of the day before, so per segment, too, every sum of changes is what there is
with booked as (
    select
        others.segmentation,
        moves.movement_id,
        moves.account_id,
        moves.customer_id,
        moves.movement,
        moves.moved_on,
        moves.happened_at,
        moves.customers_change,
        moves.value_change,
        moves.value_known,
        moves.known_change,
        moves.reason,
        moves.returned_after,
        others.segment,
        cast(null as varchar) as other_segment,
        moves.subject,
        moves.because,
        moves.as_of
    from fct_customer_movement as moves
    inner join segment_membership as others
        on moves.account_id = others.customer_id
        and moves.moved_on - case when moves.movement in ('ended', 'fell_silent') then 1 else 0 end >= others.from_day
        and moves.moved_on - case when moves.movement in ('ended', 'fell_silent') then 1 else 0 end < others.until_day
    where moves.movement not in ('moved_in', 'moved_out')
),

sides as (
    select
        segmentation, account_id, moved_on, 'moved_out' as movement, segment_before as segment, segment as other_segment, -1 as sign,
        'Moved on to ' || segment as because, cents, is_known
    from segment_move
    union all
    select
        segmentation, account_id, moved_on, 'moved_in' as movement, segment, segment_before as other_segment, 1 as sign,
        'Moved here from ' || segment_before as because, cents, is_known
    from segment_move
),

told as (
    select
        segmentation, movement_id, account_id, customer_id, movement, moved_on, happened_at, customers_change, value_change, value_known,
        known_change, reason, returned_after, segment, other_segment, subject, because, as_of
    from booked
    union all
    select
        sides.segmentation,
        sides.account_id || ':' || cast(sides.moved_on as varchar) || ':' || sides.movement as movement_id,
        sides.account_id,
        sides.account_id as customer_id,
        sides.movement,
        sides.moved_on,
        coalesce(local_day.starts_at, cast(sides.moved_on as timestamp)) as happened_at,
        sides.sign as customers_change,
        cast(sides.sign * sides.cents as double) / 100 as value_change,
        sides.is_known as value_known,
        case when sides.is_known then sides.sign else 0 end as known_change,
        'unknown' as reason,
        cast(null as varchar) as returned_after,
        sides.segment,
        sides.other_segment,
        sides.account_id as subject,
        sides.because,
        account_as_of.as_of
    from sides
    left join local_day on sides.moved_on = local_day.day
    cross join account_as_of
)

select
    told.segmentation,
    told.movement_id,
    told.account_id,
    told.customer_id,
    told.movement,
    told.moved_on,
    told.happened_at,
    told.customers_change,
    told.value_change,
    told.value_known,
    told.known_change,
    told.reason,
    told.returned_after,
    told.segment,
    told.other_segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit,
    told.subject,
    told.because,
    told.as_of
from told
inner join workspace_setting on workspace_setting.segmentation <> told.segmentation
inner join customers on customers.customer_id = told.account_id
