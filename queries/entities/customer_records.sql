-- One row per customer, prospect or company as one source knows it.
--
-- key:      record_id
-- version:  updated_at
-- dated by: created_at
create table customer_records (
    record_id varchar not null,
    kind varchar not null check (kind in ('person', 'company', 'unidentified')),
    name varchar,
    family_name varchar,
    email varchar check (email like '%_@_%'),
    phone varchar,
    external_id varchar,
    company_id varchar,
    role varchar,
    region varchar,
    business_unit varchar,
    lifecycle varchar,
    acquired_through varchar,
    acquisition_reason varchar,
    referred_by varchar,
    owner varchar,
    created_at timestamp,
    updated_at timestamp,
    merged_into varchar,
    row_id varchar not null,
    source varchar not null,
    source_file varchar not null,
    source_line bigint not null,
    source_url varchar
);
comment on column customer_records.record_id is 'The record''s id in the source system. Required.';
comment on column customer_records.kind is 'person, company or unidentified. Required.';
comment on column customer_records.name is 'The full name, or the company''s name.';
comment on column customer_records.family_name is 'The family name; joins records with the same phone number.';
comment on column customer_records.email is 'The e-mail address; must hold an @.';
comment on column customer_records.phone is 'The phone number, with its country code where known.';
comment on column customer_records.external_id is 'An id that several systems share for the customer, for example the customer number.';
comment on column customer_records.company_id is 'The record_id of the person''s company in the same source.';
comment on column customer_records.role is 'The person''s role in the company.';
comment on column customer_records.region is 'The region the customer belongs to.';
comment on column customer_records.business_unit is 'The business unit that serves the customer.';
comment on column customer_records.lifecycle is 'The lifecycle stage as the source names it, in lower case.';
comment on column customer_records.acquired_through is 'What brought the customer to us: search, referral, comparison site …';
comment on column customer_records.acquisition_reason is 'Why the customer says they chose us.';
comment on column customer_records.referred_by is 'record_id, external_id or e-mail of the customer who recommended us.';
comment on column customer_records.owner is 'Who looks after the customer.';
comment on column customer_records.created_at is 'When the source first knew the customer, UTC.';
comment on column customer_records.updated_at is 'When the source last changed the record, UTC.';
comment on column customer_records.merged_into is 'The record_id this record was merged into by the source.';
comment on column customer_records.row_id is 'Made by the intake: the source and its id, or the content where the source has no id.';
comment on column customer_records.source is 'The system that told this.';
comment on column customer_records.source_file is 'The file this row came from.';
comment on column customer_records.source_line is 'The record''s number in that file, counted from 1.';
comment on column customer_records.source_url is 'A link to the record in its own system.';
