-- One row per clock of one part of a period's promises.
--
-- grain: clock_id
-- reads: attainment_clocks
-- takes: starts_at, ends_at, by_decision, part
select *
from attainment_clocks
where
    case $part
        when 'kept' then is_kept
        when 'broken' then is_broken
        when 'closed_unanswered' then is_unanswered
        when 'undecided' then is_undecided
        when 'paused' then is_halted
        when 'provisional' then is_not_final
        when 'void' then is_called_off
        else is_replaced
    end
