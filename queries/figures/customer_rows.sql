-- One row per entity and way in which rows were found to be a customer's: by a source's own id, an external id, e-mail or phone.
--
-- grain: entity, matched_by
-- reads: customer_of
-- takes: customer_id
select
    entity,
    matched_by,
    count(*) as n
from customer_of
where customer_id = $customer_id and entity <> 'customer_records'
group by entity, matched_by
order by entity, matched_by
