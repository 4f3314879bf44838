-- One row per answer to a survey and theme that its comment speaks of, with the word that says so.
--
-- grain:     row_id, theme
-- reads:     fct_survey_response, survey_responses, theme, theme_stem
-- dated by:  answered_at
-- judged by: survey_responses
-- note:      words are compared whole, or up to the star of the lexicon, however they are written; the first in the comment is told.
--            A pattern costs as much as a hundred looks for a beginning: it is tried only where one is there
with likely as (
    select distinct
        survey_responses.row_id,
        theme_stem.theme_id
    from survey_responses
    inner join theme_stem
        on lower(survey_responses.comment) like '%' || theme_stem.stem || '%'
),

found as (
    select
        fct_survey_response.row_id,
        fct_survey_response.customer_id,
        fct_survey_response.account_id,
        fct_survey_response.answered_at,
        fct_survey_response.subject,
        fct_survey_response.segment,
        fct_survey_response.region,
        fct_survey_response.customer_kind,
        theme.theme_id,
        theme.theme,
        regexp_extract(lower(survey_responses.comment), theme.word_pattern, 1) as word
    from fct_survey_response
    inner join survey_responses on survey_responses.row_id = fct_survey_response.row_id
    inner join likely on likely.row_id = fct_survey_response.row_id
    inner join theme on theme.theme_id = likely.theme_id
    where fct_survey_response.is_answered
)

select
    row_id,
    theme,
    theme_id,
    word,
    customer_id,
    account_id,
    answered_at,
    subject,
    segment,
    region,
    customer_kind,
    'speaks of ' || lower(theme) || ': “' || word || '”' as because
from found
where word <> ''
