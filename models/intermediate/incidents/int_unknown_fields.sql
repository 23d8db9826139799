with described_types as (
    select event_type
    from {{ ref('event_fields') }}
    group by event_type
),

unknown_fields as (
    select
        event_type,
        field_path,
        {{ text_part('field_path', '.', 1) }} as data_key
    from {{ ref('int_event_fields') }}
    where not is_known
    group by event_type, field_path
    having sum(event_count) > 0
)

select
    unknown_fields.event_type,
    unknown_fields.field_path,
    unknown_fields.data_key,
    case
        when described_types.event_type is null then '*'
        else unknown_fields.field_path
    end as news_path
from unknown_fields
left join described_types on unknown_fields.event_type = described_types.event_type
left join unknown_fields as outer_fields
    on
        unknown_fields.event_type = outer_fields.event_type
        and unknown_fields.data_key = outer_fields.field_path
        and unknown_fields.field_path != outer_fields.field_path
-- What an unknown object holds is no news beside it.
where outer_fields.field_path is null
