-- One row per word for a customer who came by recommendation or word of mouth.
create table earned_word (
    word varchar not null
);
