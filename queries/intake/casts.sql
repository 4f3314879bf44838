-- How a text is read as a moment, a day, a number or a truth; what cannot be read is null.
--
-- A local time that happens twice is the first of the two, one that never happens maps forward: the two shifts, of a day
-- before and of a day after, are tried in turn. The database itself would take the last of the two.
create or replace macro as_local(moment, zone) as (moment at time zone 'UTC') at time zone zone;

create or replace macro shift_at(moment, zone) as as_local(moment, zone) - moment;

create or replace macro to_utc(wall, zone) as case
    when zone = 'UTC' then wall
    when as_local(wall - shift_at(wall - interval 1 day, zone), zone) = wall
        or as_local(wall - shift_at(wall + interval 1 day, zone), zone) <> wall
        then wall - shift_at(wall - interval 1 day, zone)
    else wall - shift_at(wall + interval 1 day, zone)
end;

create or replace macro is_iso(told) as regexp_full_match(
    told, '\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.]\d{1,9})?)?( ?(Z|UTC|[+-]\d{2}(:?\d{2})?))?)?'
);

create or replace macro has_shift(told) as regexp_matches(told, ':\d{2}.*(Z|UTC|[+-]\d{2}(:?\d{2})?)$');

create or replace macro with_colon(told) as regexp_replace(regexp_replace(told, ' ([+-])', '\1'), '([+-]\d{2})(\d{2})$', '\1:\2');

create or replace macro read_iso(told, zone) as case
    when not is_iso(told) then null
    when has_shift(told) then try_cast(with_colon(told) as timestamptz) at time zone 'UTC'
    else to_utc(try_cast(told as timestamp), zone)
end;

create or replace macro day_of_iso(told, zone) as case
    when not is_iso(told) then null
    when has_shift(told) then cast(as_local(try_cast(with_colon(told) as timestamptz) at time zone 'UTC', zone) as date)
    else cast(try_cast(told as timestamp) as date)
end;

create or replace macro slashed(told) as replace(replace(replace(told, '.', '/'), '-', '/'), ',', '');

create or replace macro has_full_year(told) as regexp_full_match(told, '\d{1,2}/\d{1,2}/\d{4}( .+)?');

create or replace macro wall_day_first(told) as case
    when has_full_year(slashed(told))
        then try_strptime(slashed(told), ['%d/%m/%Y %H:%M:%S', '%d/%m/%Y %H:%M', '%d/%m/%Y %I:%M %p', '%d/%m/%Y'])
end;

create or replace macro wall_month_first(told) as case
    when has_full_year(slashed(told))
        then try_strptime(slashed(told), ['%m/%d/%Y %H:%M:%S', '%m/%d/%Y %H:%M', '%m/%d/%Y %I:%M %p', '%m/%d/%Y'])
end;

create or replace macro without_groups(told) as case
    when regexp_full_match(told, '[+-]?\d{1,3}((,\d{3})+[.]\d+|(,\d{3}){2,})') then replace(told, ',', '')
    when not contains(told, '_') then told
end;

create or replace macro comma_to_point(told) as case
    when regexp_full_match(told, '[+-]?(\d+|\d{1,3}([.]\d{3})+)(,\d+)?') then replace(replace(told, '.', ''), ',', '.')
end;

create or replace macro read_number(told) as case
    when isfinite(try_cast(told as double)) then try_cast(told as double)
end;

create or replace macro read_truth(told) as case
    when lower(told) in ('true', 't', 'yes', 'y', '1') then true
    when lower(told) in ('false', 'f', 'no', 'n', '0') then false
end;

create or replace macro folded(told) as trim(regexp_replace(lower(told), '[\s_-]+', ' ', 'g'));
