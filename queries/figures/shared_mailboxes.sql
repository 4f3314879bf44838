-- One row per reason why an e-mail address joins nobody: how many addresses.
--
-- grain: why
-- reads: shared_mailbox
select
    why,
    count(*) as addresses
from shared_mailbox
group by why
order by addresses desc, why
