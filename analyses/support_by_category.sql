-- Which questions take support longest, and which are solved with one reply? (product owner)
select
    category,
    count(*) as ticket_count,
    avg(seconds_to_first_reply) / 3600 as mean_hours_to_first_reply,
    avg(seconds_to_solve) / 3600 as mean_hours_to_solve,
    avg(case when is_one_touch then 1.0 when is_solved then 0.0 end) as one_touch_share,
    count(case when satisfaction = 'bad' then 1 end) as bad_rating_count
from {{ ref('fct_support_tickets') }}
group by category
order by ticket_count desc, category asc
