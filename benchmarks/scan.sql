-- The three raw columns read once: what every figure is held against.
select sum(hash(customer)), sum(hash(happened_at)), sum(hash(event)) from raw_event
