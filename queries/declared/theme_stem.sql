-- One row per beginning of a word of a theme, in small letters: a comment without any of them does not speak of it.
create table theme_stem (
    theme_id varchar not null,
    stem varchar not null
);
