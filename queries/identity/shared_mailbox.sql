-- One row per e-mail address that more than one person writes from: it never joins records.
--
-- grain:    email_key
-- reads:    identity_node
-- dated by: none
-- note:     shared by its name (info@, sales@ …), or because its records carry more than three different names;
--           errs when a couple shares an address under another name: they become one customer
with addresses as (
    select
        email_key,
        count(distinct full_name) as names,
        regexp_extract(
            email_key,
            '^email=(accounts?|admin|anfrage|billing|bookings?|buchhaltung|buero|contact|customerservice|einkauf|enquiries|finance|hello|help|helpdesk|hr|info|invoices?|jobs|kontakt|kundenservice|mail|marketing|no-?reply|office|orders?|post|postmaster|purchasing|reception|rechnung|sales|service|shop|support|team|verkauf|webmaster)([.+_-][^@]*|[0-9]*)@', -- noqa: LT05
            1
        ) as desk
    from identity_node
    where email_key is not null
    group by email_key
)

select
    email_key,
    names,
    case when desk <> '' then 'a mailbox for ' || desk else 'used under more than three names' end as why
from addresses
where desk <> '' or names > 3
