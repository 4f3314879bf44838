-- One row per person of one part of the curves: entered (all), reached, left, stayed (the time is over), open
-- (not yet known), set_aside, straight (came straight to the later stage).
--
-- grain: customer_id
-- reads: incidence_way, customers
-- takes: as_of, window_seconds, to_label, zone, part, most, skipped
with judged as (
    select
        *,
        entered_at + to_seconds(from_after + $window_seconds) as over_at,
        case
            when from_after is null or from_after > to_after then 'straight'
            when excluded_after <= from_after + $window_seconds and (to_after is null or excluded_after < to_after) then 'set_aside'
            when to_after <= from_after + $window_seconds then 'reached'
            when left_after <= from_after + $window_seconds then 'left'
            when entered_at + to_seconds(from_after + $window_seconds) <= date_trunc('second', $as_of) then 'stayed'
            else 'open'
        end as ending
    from incidence_way
    where from_after is not null or to_after is not null
),

told as (
    select
        *,
        strftime(entered_at at time zone 'UTC' at time zone $zone, '%-d %B %Y') as entered_on,
        strftime(
            case ending
                when 'reached' then entered_at + to_seconds(to_after)
                when 'straight' then entered_at + to_seconds(to_after)
                when 'left' then entered_at + to_seconds(left_after)
                else over_at
            end at time zone 'UTC' at time zone $zone,
            '%-d %B %Y'
        ) as decided_on
    from judged
)

select
    told.customer_id,
    told.account_id,
    customers.name,
    case told.ending
        when 'reached' then cast(told.to_after - told.from_after as double)
        when 'left' then cast(told.left_after - told.from_after as double)
    end as value,
    told.entered_at as happened_at,
    told.subject,
    case told.ending
        when 'set_aside' then told.because || ' on ' || told.entered_on || '; set aside'
        when 'straight' then told.because || ' on ' || told.entered_on || '; came straight to ' || $to_label || ' on ' || told.decided_on
        when 'reached' then told.because || ' on ' || told.entered_on || '; reached ' || $to_label || ' on ' || told.decided_on
        when 'left' then told.because || ' on ' || told.entered_on || '; left on ' || told.decided_on
        when 'stayed' then told.because || ' on ' || told.entered_on || '; the time ended on ' || told.decided_on
        else told.because || ' on ' || told.entered_on || '; not yet known, the time ends on ' || told.decided_on
    end as because,
    told.ending,
    told.channel,
    told.segment,
    told.region
from told
left join customers on told.customer_id = customers.customer_id
where
    case $part
        when 'entered' then told.ending not in ('set_aside', 'straight')
        else told.ending = $part
    end
order by told.entered_at desc, told.customer_id
limit $most offset $skipped
