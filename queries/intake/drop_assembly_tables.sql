-- Only the build needs these.
drop table if exists block_counts;
drop table if exists record_status;
drop table if exists newest_event;
drop table if exists declared_until;
drop table if exists ranked_rows;
drop view if exists loaded_sources;
drop view if exists typed_rows;
drop view if exists told_rejected;
drop view if exists told_unknown
