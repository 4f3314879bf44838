-- One row per theme of what customers write: its name, and the pattern of the words that speak of it.
create table theme (
    theme_id varchar not null,
    theme varchar not null,
    word_pattern varchar not null
);
