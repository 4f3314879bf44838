-- One row per team that is too small for figures of its own: fewer than five agents are known to be in it.
--
-- grain:    team
-- reads:    cases
-- dated by: none
-- note:     told together. Where all small teams together have fewer than five agents, the next smallest team is told with them. A team
--           of which no agent is known is no small team: nobody in it can be told apart
with known as (
    select
        team,
        count(distinct agent) as agents
    from cases
    where team is not null and agent is not null
    group by team
),

placed as (
    select
        team,
        agents,
        coalesce(sum(agents) over (order by agents, team rows between unbounded preceding and 1 preceding), 0) as agents_before
    from known
)

select
    team,
    agents
from placed
where agents < 5 or (agents_before > 0 and agents_before < 5)
