-- One row per planned set of contacts.
--
-- key:      campaign_id
-- version:  updated_at
-- dated by: starts_on
create table campaigns (
    campaign_id varchar not null,
    name varchar not null,
    objective varchar,
    intended_behaviour varchar,
    starts_on date,
    ends_on date,
    cost decimal(16, 2) check (cost >= 0),
    currency varchar check (length(currency) = 3),
    updated_at timestamp,
    row_id varchar not null,
    source varchar not null,
    source_file varchar not null,
    source_line bigint not null,
    source_url varchar,
    check (ends_on >= starts_on)
);
comment on column campaigns.campaign_id is 'The campaign''s id in the source. Required.';
comment on column campaigns.name is 'The campaign''s name. Required.';
comment on column campaigns.objective is 'What the campaign is to achieve.';
comment on column campaigns.intended_behaviour is 'What customers are meant to do.';
comment on column campaigns.starts_on is 'First day.';
comment on column campaigns.ends_on is 'Last day.';
comment on column campaigns.cost is 'What it cost; not negative.';
comment on column campaigns.currency is 'Three-letter currency of the cost.';
comment on column campaigns.updated_at is 'When the source last changed the row, UTC.';
comment on column campaigns.row_id is 'Made by the intake: the source and its id, or the content where the source has no id.';
comment on column campaigns.source is 'The system that told this.';
comment on column campaigns.source_file is 'The file this row came from.';
comment on column campaigns.source_line is 'The record''s number in that file, counted from 1.';
comment on column campaigns.source_url is 'A link to the record in its own system.';
