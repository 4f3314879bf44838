-- One row: since when anybody is known to have looked: nothing where nobody ever did.
--
-- grain:    looks_since
-- reads:    fct_event
-- dated by: looks_since
-- note:     a look is something that a customer did in the web, the app or a store, an interaction, inbound or self
select min(date_trunc('second', happened_at)) as looks_since
from fct_event
where entity = 'interactions' and direction in ('inbound', 'self') and channel in ('web', 'app', 'store')
