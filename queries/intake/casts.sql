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
    told, '\d{4}-\d{2}-\d{2}([T ]\d{1,2}:\d{2}(:\d{2}([.]\d{1,9})?)?( ?(Z|UTC|[+-]\d{2}(:?\d{2})?))?)?'
);

create or replace macro has_shift(told) as regexp_matches(told, ':\d{2}.*(Z|UTC|[+-]\d{2}(:?\d{2})?)$');

create or replace macro is_a_day(told) as not contains(told, ':') or regexp_matches(told, '[T ]00:00(:00([.]0+)?)?( ?(Z|UTC))?$');

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

-- The seconds, or thousandths of them, since 1970 began.
create or replace macro read_unix(told) as case
    when regexp_full_match(told, '\d{9,10}([.]\d+)?') then make_timestamp(cast(try_cast(told as double) * 1000000 as bigint))
    when regexp_full_match(told, '\d{12,13}') then make_timestamp(cast(told as bigint) * 1000)
end;

create or replace macro slashed(told) as replace(replace(replace(told, '.', '/'), '-', '/'), ',', '');

create or replace macro has_full_year(told) as regexp_full_match(told, '\d{1,2}/\d{1,2}/\d{4}( .+)?');

create or replace macro wall_day_first(told) as case
    when has_full_year(slashed(told))
        then try_strptime(slashed(told), ['%d/%m/%Y %H:%M:%S', '%d/%m/%Y %H:%M', '%d/%m/%Y %I:%M:%S %p', '%d/%m/%Y %I:%M %p', '%d/%m/%Y'])
end;

create or replace macro wall_month_first(told) as case
    when has_full_year(slashed(told))
        then try_strptime(slashed(told), ['%m/%d/%Y %H:%M:%S', '%m/%d/%Y %H:%M', '%m/%d/%Y %I:%M:%S %p', '%m/%d/%Y %I:%M %p', '%m/%d/%Y'])
end;

create or replace macro bare_money(told) as regexp_replace(
    regexp_replace(told, '^([+-]?)\s*([$€£¥]|[A-Z]{3}\b)\s*', '\1'), '(\d)\s*([$€£¥]|\b[A-Z]{3})$', '\1'
);

-- Spaces that do not break or are thin, and the sloping apostrophe, as the keyboard has them.
create or replace macro plain_signs(told) as translate(told, chr(160) || chr(8201) || chr(8239) || chr(8217), '   ''');

-- A number whose thousands stand apart by spaces or apostrophes, closed up.
create or replace macro closed_up(told) as case
    when regexp_full_match(told, '[+-]?\d{1,3}(( \d{3})+|(''\d{3})+)([.,]\d+)?') then translate(told, ' ''', '')
    else told
end;

-- An amount without the currency before or behind it; in brackets it is below zero.
create or replace macro bare_amount(told) as case
    when regexp_full_match(told, '[+-]?[\d.,]+') then told
    when regexp_full_match(told, '\(.+\)') then '-' || closed_up(bare_money(trim(plain_signs(told), '()')))
    else closed_up(bare_money(plain_signs(told)))
end;

-- A number that carries no currency.
create or replace macro bare_number(told) as case
    when regexp_full_match(told, '[\d.,:eE+-]+') then told
    else closed_up(plain_signs(told))
end;

create or replace macro without_groups(told) as case
    when regexp_full_match(told, '[+-]?\d{1,3}((,\d{3})+[.]\d+|(,\d{3}){2,})') then replace(told, ',', '')
    when not contains(told, '_') then told
end;

create or replace macro comma_to_point(told) as case
    when regexp_full_match(told, '[+-]?(\d+|\d{1,3}([.]\d{3})+)(,\d+)?') then replace(replace(told, '.', ''), ',', '.')
end;

create or replace macro without_any_groups(told) as case
    when regexp_full_match(told, '[+-]?[1-9]\d{0,2}(,\d{3})+([.]\d+)?') then replace(told, ',', '')
    else without_groups(told)
end;

create or replace macro read_number(told) as case
    when isfinite(try_cast(told as double)) then try_cast(told as double)
end;

create or replace macro number_with_point(told) as read_number(without_any_groups(told));

create or replace macro number_with_comma(told) as case
    when regexp_full_match(told, '[+-]?(\d+|[1-9]\d{0,2}([.]\d{3})+)(,\d+)?')
        then try_cast(replace(replace(told, '.', ''), ',', '.') as double)
end;

-- A length of time: a clock's hours, minutes and seconds, also beyond a day; the moment so long after 1970 began; a number.
create or replace macro read_seconds(told, times) as case
    when regexp_full_match(told, '\d+:\d{2}:\d{2}')
        then
            try_cast(split_part(told, ':', 1) as double) * 3600
            + try_cast(split_part(told, ':', 2) as double) * 60
            + try_cast(split_part(told, ':', 3) as double)
    when starts_with(told, '1970-') and is_iso(told) then epoch(try_cast(told as timestamp))
    else read_number(told) * times
end;

create or replace macro read_truth(told) as case
    when lower(told) in ('true', 't', 'yes', 'y', '1') then true
    when lower(told) in ('false', 'f', 'no', 'n', '0') then false
end;

-- A pattern is matched row by row, all else here once for each different word: only runs of spaces need one.
create or replace macro spaced(told) as replace(replace(
    replace(replace(replace(replace(lower(told), '_', ' '), '-', ' '), chr(9), ' '), chr(10), ' '), chr(12), ' '
), chr(13), ' ');

create or replace macro folded(told) as case
    when contains(spaced(told), '  ') then trim(regexp_replace(spaced(told), ' +', ' ', 'g'))
    else trim(spaced(told))
end;
