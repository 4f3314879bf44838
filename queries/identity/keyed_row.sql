-- One row per row of an entity that names its customer: when it is dated, and by which shared keys it names them.
--
-- grain:    entity, row_id
-- reads:    named_row
-- dated by: dated_at
-- note:     the key of the source's own record is not among them: the source and the row tell it, and to keep it twice is dear
select entity, row_id, source, dated_at, external_key, email_key, phone_key
from named_row
