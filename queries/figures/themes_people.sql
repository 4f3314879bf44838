-- One row per answer whose comment speaks of a theme: whose it is, its score and the word; the newest first, or the greatest score.
--
-- grain: one row of selected_rows
-- reads: customers, fct_comment_theme, selected_rows
-- takes: starts_at, ends_at (both null: undated), theme, shown (the fact's columns to show), by_value, most, skipped
with counted as (
    select
        row_id as answer_id,
        happened_at,
        value,
        is_identified,
        columns(lambda c: list_contains($shown, c) and c <> 'because' and c <> 'word')
    from selected_rows
    where ($starts_at is null or happened_at >= $starts_at) and ($ends_at is null or happened_at < $ends_at)
)

select
    counted.* exclude (answer_id),
    fct_comment_theme.word,
    fct_comment_theme.because,
    customers.name
from counted
inner join fct_comment_theme
    on counted.answer_id = fct_comment_theme.row_id and fct_comment_theme.theme = $theme
left join customers on counted.customer_id = customers.customer_id
order by
    case when $by_value then counted.value end desc nulls last,
    counted.happened_at desc nulls last,
    counted.customer_id,
    counted.subject
limit $most offset $skipped
