with lines as (
    select * from {{ ref('land_lines') }}
    where {{ is_new() }}
),

-- Key lists are few: the count keeps the engine from asking every line instead of every list.
repeated_key_lists as (
    select
        envelope_keys,
        data_keys
    from lines
    where parse_problem is null
    group by envelope_keys, data_keys
    having
        case
            when count(*) > 0
                then
                    {{ has_repeated_element('envelope_keys') }}
                    or {{ has_repeated_element('data_keys') }}
        end
)

select
    file_path,
    line_number,
    landing_number,
    parse_problem as quarantine_reason
from lines
where parse_problem is not null
union all
select
    lines.file_path,
    lines.line_number,
    lines.landing_number,
    'repeated_key' as quarantine_reason
from lines
inner join repeated_key_lists
    on
        lines.envelope_keys = repeated_key_lists.envelope_keys
        and lines.data_keys = repeated_key_lists.data_keys
where
    lines.parse_problem is null
    -- A key may itself hold a comma: the few suspected lines, and no others, are asked once more.
    and case
        when repeated_key_lists.envelope_keys is not null
            then {{ has_repeated_key('lines.raw_text', 'data') }}
    end
