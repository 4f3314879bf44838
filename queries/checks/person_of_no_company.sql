-- People whose company no file told of.
--
-- severity: note
-- sentence: These people name a company that no export holds as a company; each counts as an account of its own.
-- reads:    customer_records
select
    'customer_records' as entity,
    person.row_id
from customer_records as person
left join customer_records as company
    on company.source = person.source and company.record_id = person.company_id and company.kind = 'company'
where trim(person.company_id) <> '' and person.kind = 'person' and company.record_id is null
