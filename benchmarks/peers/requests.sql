-- Requests for help by channel.
select
    channel,
    count(*) as requests
from request
join customer using (customer)
where region = $region
group by channel
order by requests desc
