with events as (
    {{ staged_events(['io.mackerel.api.aws-integration'], {
        'id': 'string', 'name': 'string', 'memo': 'string', 'key': 'string', 'roleArn': 'string', 'region': 'string',
        'includedTags': 'string', 'excludedTags': 'string', 'services': 'json',
    }) }}
)

select
    {{ envelope_columns() }},
    payload.id as aws_integration_id,
    payload.name as aws_integration_name,
    payload.memo,
    -- The key itself and the external id stay in the raw log; empty text means there is none.
    case
        when payload.roleArn != '' then 'role'
        when payload.key != '' then 'key'
    end as authentication_kind,
    nullif(payload.roleArn, '') as role_arn,
    payload.region,
    payload.includedTags as included_tags,
    payload.excludedTags as excluded_tags,
    {{ list_length(json_object_keys('payload.services')) }} as service_count,
    {{ list_length(json_keys_where('payload.services', 'enable')) }} as enabled_service_count,
    {{ list_to_text(json_keys_where('payload.services', 'enable')) }} as enabled_service_names,
    {{ list_to_text(json_keys_where('payload.services', 'retireAutomatically')) }}
        as auto_retire_service_names
from events
