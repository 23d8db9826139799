with events as (
    {{ staged_events(['io.mackerel.api.host'], {
        'id': 'string', 'name': 'string', 'displayName': 'string', 'customIdentifier': 'string', 'status': 'string',
        'size': 'string', 'memo': 'string', 'isRetired': 'boolean', 'createdAt': 'bigint', 'retiredAt': 'bigint',
        'roles': 'json', 'roleFullnames': 'json', 'interfaces': ['json'], 'checks': ['json'],
        'meta': {
            'kernel': {'name': 'string', 'release': 'string', 'os': 'string'},
            'cpu': ['json'], 'memory': {'total': 'string'},
            'cloud': {'provider': 'string', 'metadata': 'json'},
        },
    }) }}
)

select
    {{ envelope_columns() }},
    payload.id as host_id,
    payload.name as host_name,
    payload.displayName as display_name,
    payload.customIdentifier as custom_identifier,
    payload.status as host_status,
    payload.size as host_size,
    payload.memo,
    payload.isRetired as is_retired,
    {{ mackerel_time('payload.createdAt') }} as created_at,
    {{ mackerel_time('payload.retiredAt') }} as retired_at,
    coalesce(
        {{ role_fullnames('payload.roles') }}, {{ role_fullnames('payload.roleFullnames') }}
    ) as role_fullnames,
    {{ list_length('payload.interfaces') }} as interface_count,
    {{ list_length('payload.checks') }} as check_count,
    {{ json_text('data', '$.meta.agent-name') }} as agent_name,
    {{ json_text('data', '$.meta.agent-version') }} as agent_version,
    {{ json_text('data', '$.meta.agent-revision') }} as agent_revision,
    payload.meta.kernel.name as kernel_name,
    payload.meta.kernel.release as kernel_release,
    payload.meta.kernel.os as kernel_os,
    {{ list_length('payload.meta.cpu') }} as cpu_count,
    payload.meta.memory.total as memory_total,
    payload.meta.cloud.provider as cloud_provider,
    {{ json_text('payload.meta.cloud.metadata', '$.instance-type') }} as cloud_instance_type
from events
