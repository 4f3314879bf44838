-- Movements after which an account would count as less than none or more than one customer.
--
-- severity: error
-- sentence: These movements lose who was no customer, or gain who was one already: the equation would not hold.
-- reads:    fct_customer_movement
with counted as (
    select
        movement_id,
        customer_id,
        sum(customers_change) over (
            partition by account_id order by moved_on, customers_change, movement_id
            rows between unbounded preceding and current row
        ) as customers
    from fct_customer_movement
    where movement in ('gained', 'returned', 'ended', 'fell_silent')
)

select
    movement_id,
    customer_id
from counted
where customers not in (0, 1)
