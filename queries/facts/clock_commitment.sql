-- One row per thing we undertook to do by a time: its own due time is the promise, around the clock.
--
-- grain:     clock_id
-- reads:     commitments, customer_of, entity_as_of, segment_at
-- dated by:  started_at
-- judged by: commitments
-- kept:      no
-- note:      called off by the due time it is void; called off later without being kept it stays broken
with told as (
    select
        commitments.row_id,
        commitments.kind,
        date_trunc('second', commitments.made_at) as started_at,
        date_trunc('second', commitments.due_at) as due_at,
        case when commitments.kept_at <= entity_as_of.as_of then date_trunc('second', commitments.kept_at) end as kept_at,
        case when commitments.cancelled_at <= entity_as_of.as_of then date_trunc('second', commitments.cancelled_at) end as cancelled_at,
        coalesce(commitments.subject, commitments.commitment_id) as subject,
        coalesce(commitments.channel, 'unknown') as channel,
        coalesce(commitments.team, 'unknown') as team,
        entity_as_of.as_of
    from commitments
    inner join entity_as_of
        on entity_as_of.entity = 'commitments'
    where commitments.made_at <= entity_as_of.as_of
),

done as (
    select
        row_id,
        kind,
        started_at,
        due_at,
        cancelled_at,
        subject,
        channel,
        team,
        as_of,
        case when cancelled_at is null or kept_at <= cancelled_at then kept_at end as fulfilled_at
    from told
),

ended as (
    select
        row_id,
        kind,
        started_at,
        due_at,
        cancelled_at,
        fulfilled_at,
        subject,
        channel,
        team,
        as_of,
        date_diff('second', date_trunc('second', started_at), date_trunc('second', due_at)) as target_seconds,
        date_diff(
            'second', date_trunc('second', started_at), date_trunc('second', coalesce(fulfilled_at, cancelled_at, as_of))
        ) as open_seconds
    from done
)

select
    ended.kind || ':' || ended.row_id || ':1:1' as clock_id,
    'commitment' as subject_kind,
    ended.row_id as subject_id,
    ended.subject,
    ended.kind as promise,
    customer_of.customer_id,
    customer_of.account_id,
    'always' as calendar,
    'own due time' as policy,
    ended.target_seconds,
    ended.started_at,
    ended.due_at,
    ended.fulfilled_at,
    case when ended.fulfilled_at is null then ended.cancelled_at end as ended_at,
    ended.open_seconds,
    ended.as_of,
    ended.kind,
    ended.channel,
    'unknown' as priority,
    'unknown' as category,
    ended.team,
    coalesce(segment_at.segment, 'unknown') as segment,
    ended.started_at as subject_opened_at,
    coalesce(ended.fulfilled_at, ended.cancelled_at) as subject_resolved_at,
    case
        when ended.fulfilled_at is null and ended.cancelled_at <= ended.due_at then 'void'
        when ended.fulfilled_at <= ended.due_at then 'kept'
        when ended.fulfilled_at > ended.due_at then 'broken_closed'
        when ended.fulfilled_at is null and ended.cancelled_at is not null then 'broken_closed'
        when ended.due_at <= ended.as_of then 'broken_open'
        when ended.target_seconds - ended.open_seconds <= 900
            or (ended.target_seconds - ended.open_seconds) * 5 <= ended.target_seconds then 'at_risk'
        else 'open'
    end as state
from ended
inner join customer_of
    on customer_of.entity = 'commitments' and ended.row_id = customer_of.row_id
left join segment_at
    on customer_of.account_id = segment_at.account_id
    and ended.started_at >= segment_at.from_at
    and ended.started_at < segment_at.until_at
