with lines as (
    select * from {{ ref('land_lines') }}
),

-- Key lists are few; asking them instead of the lines keeps the check cheap.
repeated_key_lists as (
    select
        envelope_keys,
        data_keys
    from lines
    where parse_problem is null
    group by envelope_keys, data_keys
    having {{ has_repeated_element('envelope_keys') }} or {{ has_repeated_element('data_keys') }}
)

select
    file_path,
    line_number,
    parse_problem as quarantine_reason
from lines
where parse_problem is not null
union all
select
    lines.file_path,
    lines.line_number,
    'repeated_key' as quarantine_reason
from lines
inner join repeated_key_lists
    on
        lines.envelope_keys = repeated_key_lists.envelope_keys
        and lines.data_keys = repeated_key_lists.data_keys
where
    lines.parse_problem is null
    -- A key may itself hold a comma: the few suspected lines are asked once more.
    and {{ has_repeated_key('lines.raw_text', ['$', '$.data']) }}
