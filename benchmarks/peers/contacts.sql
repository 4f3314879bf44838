-- What was sent to customers to sell them something, by channel.
select
    channel,
    count(*) as contacts
from event
join customer using (customer)
where region = $region and purpose = 'promotional'
group by channel
order by contacts desc
