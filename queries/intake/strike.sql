-- How keys are brought into one form and hashed, as the join-up of customers compares them.
create or replace macro keyed(told) as sha256(unhex('$outer') || unhex(sha256(unhex('$inner') || encode(told))));

create or replace macro id_key(from_source, told) as from_source || ':' || nullif(trim(told), '');

create or replace macro email_key(told) as ('email=' || lower(trim(told)));

create or replace macro external_key(told) as ('external=' || lower(trim(told)));

create or replace macro without_signs(told) as replace(
    replace(replace(replace(replace(replace(replace(told, '(0)', ''), ' ', ''), '-', ''), '/', ''), '(', ''), ')', ''), '.', ''
);

create or replace macro phone_key(told) as (
    'phone=' || case when without_signs(told) like '00%' then '+' || substr(without_signs(told), 3) else without_signs(told) end
);

create or replace macro is_forgotten(key) as keyed(key) in (select hash from forgotten);
