-- One row per promise made to a customer; the newest first.
--
-- grain: clock_id
-- reads: fct_promise, promise_word
-- takes: customer_id, most
select
    fct_promise.promise,
    promise_word.name as promise_name,
    fct_promise.subject_kind,
    fct_promise.subject,
    fct_promise.started_at,
    fct_promise.due_at,
    fct_promise.fulfilled_at,
    fct_promise.decided_at,
    fct_promise.state,
    fct_promise.is_provisional,
    fct_promise.was_kept,
    fct_promise.remaining_seconds,
    fct_promise.because,
    fct_promise.team,
    fct_promise.channel,
    fct_promise.priority
from fct_promise
inner join promise_word on fct_promise.promise = promise_word.promise
where fct_promise.customer_id = $customer_id or fct_promise.account_id = $customer_id
order by fct_promise.started_at desc, fct_promise.clock_id
limit $most
