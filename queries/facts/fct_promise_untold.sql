-- One row per promise of which nobody can tell whether it is kept, because its course is not known.
--
-- grain:     wait_id
-- reads:     clock_rule, clock_subject, clock_version, customers
-- dated by:  started_at
-- carries:   stage
-- judged by: cases, case_events
-- note:      reason says what it needs, such as "needs case events"; it is no clock, and in no figure of kept promises
with untold as (
    select
        case when clock_rule.subject_kind = 'case' then '' else clock_rule.subject_kind || ':' end
        || clock_rule.promise || ':' || clock_subject.subject_id || ':' || cast(clock_version.occurrence as varchar) as wait_id,
        clock_subject.subject_kind,
        clock_subject.subject_id,
        clock_subject.customer_id,
        clock_subject.account_id,
        clock_subject.as_of,
        clock_subject.channel,
        clock_subject.team,
        clock_subject.category,
        clock_subject.kind,
        clock_subject.subject,
        clock_subject.is_void,
        clock_subject.segment,
        clock_rule.promise,
        clock_version.occurrence,
        clock_rule.policy,
        clock_version.started_at,
        clock_version.untold as reason,
        clock_rule.priority
    from clock_version
    inner join clock_rule
        on clock_version.rule_no = clock_rule.rule_no
    inner join clock_subject
        on clock_version.subject_no = clock_subject.subject_no
    where clock_version.untold is not null and clock_version.version = 1 and not clock_version.is_early
)

select
    untold.wait_id,
    untold.subject_kind,
    untold.subject_id,
    untold.promise,
    untold.occurrence,
    untold.customer_id,
    untold.account_id,
    untold.policy,
    untold.started_at,
    untold.reason,
    untold.as_of,
    untold.channel,
    untold.priority,
    untold.team,
    untold.category,
    untold.kind,
    untold.subject,
    case untold.is_void when true then 'merged, spam or withdrawn' else untold.reason end as because,
    not untold.is_void as is_counted,
    untold.segment,
    coalesce(customers.region, 'unknown') as region,
    coalesce(customers.kind, 'unidentified') as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit
from untold
left join customers
    on untold.customer_id = customers.customer_id
