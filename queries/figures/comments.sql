-- One row per comment of a survey, with the themes that it speaks of and the word of each; the newest first.
--
-- grain: row_id
-- reads: fct_comment_theme, selected_rows, survey_responses
-- takes: starts_at, ends_at (both null: undated), theme (empty: any), with_hidden (whether confidential ones are told), most
with answers as (
    select
        row_id,
        happened_at,
        customer_id,
        is_identified,
        score,
        scale,
        wave,
        net_points,
        is_hidden = 'yes' as is_hidden
    from selected_rows
    where
        ($starts_at is null or happened_at >= $starts_at)
        and ($ends_at is null or happened_at < $ends_at)
        and ($with_hidden or is_hidden = 'no')
),

spoken as (
    select
        row_id,
        list({ 'theme': theme, 'word': word } order by theme) as themes,
        list(theme) as names
    from fct_comment_theme
    semi join answers on fct_comment_theme.row_id = answers.row_id
    group by row_id
)

select
    answers.row_id,
    answers.happened_at,
    answers.customer_id,
    answers.is_identified,
    answers.score,
    answers.scale,
    answers.wave,
    answers.net_points,
    answers.is_hidden,
    survey_responses.comment,
    coalesce(spoken.themes, []) as themes
from answers
inner join survey_responses on answers.row_id = survey_responses.row_id
left join spoken on answers.row_id = spoken.row_id
where $theme = '' or list_contains(coalesce(spoken.names, []), $theme)
order by answers.happened_at desc nulls last, answers.row_id
limit $most
