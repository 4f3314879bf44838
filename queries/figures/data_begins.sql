-- One row: from when on the data shows who came and who left; whoever came before is seen only if still with us then.
--
-- grain: one row
-- reads: fct_event, fct_customer_movement
-- note:  the first thousandth of the orders is passed over, so that a stray early date does not move it;
--        contracts, records and old events of those still with us are no sign of it: they are told backwards; the first loss is
select
    least(
        (
            select quantile_disc(happened_at, 0.001)
            from fct_event
            where entity = 'orders'
        ),
        (
            select min(happened_at)
            from fct_customer_movement
            where movement in ('ended', 'fell_silent')
        )
    ) as begins_at
