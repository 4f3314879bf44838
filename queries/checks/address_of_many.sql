-- E-mail addresses that join nobody because many people write from them.
--
-- severity: note
-- sentence: These e-mail addresses belong to a desk or to many people; records are not joined by them.
-- reads:    shared_mailbox
select email_key
from shared_mailbox
