{#-
    A backfill computes a window of business dates again, after a fix of the project (`mackerel-cs backfill`, which sets the var
    `backfill`: {from_date, to_date}). It goes on from the last good build, and what has to be recomputed is widened by the window, in one
    place: after the model that lists it was made. Landing is not read again.
-#}

{#- Whether a moment lies in the window, or up to `days_after` days behind it. -#}
{% macro in_backfill(column, days_after=0) -%}
    {%- set window = var('backfill') -%}
    (
        {{ column }} >= {{ business_day_start("date '" ~ window['from_date'] ~ "'") }}
        and {{ column }} < {{ business_day_start("date '" ~ window['to_date'] ~ "' + interval '" ~ (days_after + 1) ~ "' day") }}
    )
{%- endmacro %}

{#- Whether an event may tell of the window: what a host did on a day is reported on the next. -#}
{% macro tells_of_backfill() -%}
    {{ mackerel_cs.in_backfill('occurred_at', days_after=1) }}
{%- endmacro %}

{#- Whether the rows of this model in the window are read from landing again. What has no moment, or is landing itself, is not. -#}
{% macro is_read_again() -%}
    {%- if not var('backfill') or model.schema == 'landing' -%}
        {{ return(false) }}
    {%- endif -%}
    {{ return('occurred_at' in adapter.get_columns_in_relation(this) | map(attribute='name')) }}
{%- endmacro %}

{#- Adds to a model that lists what has to be recomputed what the window holds. Nothing outside a backfill. -#}
{% macro widen_scope() -%}
    {%- set window = var('backfill') -%}
    {%- if window -%}
        {%- set from_date = "date '" ~ window['from_date'] ~ "'" -%}
        {%- set to_date = "date '" ~ window['to_date'] ~ "'" -%}
        {%- if model.name == 'land_touched_files' -%}
            {{ mackerel_cs.listed_too(this, mackerel_cs.files_of_window()) }}
        {%- elif model.name == 'int_touched_webhooks' -%}
            {{ mackerel_cs.listed_too(this, mackerel_cs.webhooks_of_window()) }}
        {%- elif model.name in ('int_repaired_days', 'int_touched_days') -%}
            {{ mackerel_cs.listed_too(this, mackerel_cs.days_of_window(from_date, to_date)) }}
        {%- elif model.name == 'int_touched_hosts' -%}
            {{ mackerel_cs.listed_from(this, ['organization_id', 'host_id'], mackerel_cs.hosts_of_window(from_date, to_date), from_date) }}
        {%- elif model.name == 'int_touched_host_histories' -%}
            {{ mackerel_cs.listed_too(this, mackerel_cs.all_hosts()) }}
        {%- elif model.name == 'int_touched_alerts' -%}
            {{ mackerel_cs.listed_from(this, ['alert_id'], mackerel_cs.alerts_of_window(from_date, to_date), from_date) }}
        {%- elif model.name == 'int_touched_organizations' -%}
            {{ mackerel_cs.listed_from(this, ['organization_id'], mackerel_cs.organizations_of_window(), from_date) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- Adds the rows that are not listed yet. -#}
{% macro listed_too(listed, found) -%}
    {%- set insert_found -%}
        insert into {{ listed }}
        {{ found }}
        except distinct
        select * from {{ listed }}
    {%- endset -%}
    {{ statements([insert_found]) }}
{%- endmacro %}

{#- Adds the keys that are not listed yet, and brings the others forward: all of them are touched from a date on. -#}
{% macro listed_from(listed, keys, found, from_date) -%}
    {%- set key = keys | join(', ') -%}
    {%- set bring_forward -%}
        update {{ listed }} set touched_from_date = least(touched_from_date, {{ from_date }})
        where ({{ key }}) in (select {{ key }} from ({{ found }}) as found_in_window)
    {%- endset -%}
    {%- set insert_others -%}
        insert into {{ listed }}
        select {{ key }}, {{ from_date }}
        from (
            select {{ key }} from ({{ found }}) as found_in_window
            except distinct
            select {{ key }} from {{ listed }}
        ) as others
    {%- endset -%}
    {{ statements([bring_forward, insert_others]) }}
{%- endmacro %}

{% macro files_of_window() -%}
    select file_path from landing.land_events where {{ mackerel_cs.in_backfill('occurred_at') }}
{%- endmacro %}

{% macro webhooks_of_window() -%}
    select event_key from intermediate.int_webhooks where {{ mackerel_cs.in_backfill('occurred_at') }}
{%- endmacro %}

{#- Every day of the window for every organization there was, and for those its events name now. -#}
{% macro days_of_window(from_date, to_date) -%}
    select organizations.organization_id, dates.touched_date
    from (
        select organization_id from operations.remembered_int_organizations
        union distinct
        select coalesce(organization_id, '{{ mackerel_cs.no_organization() }}') from landing.land_events
        where {{ mackerel_cs.in_backfill('occurred_at') }}
        union distinct
        select '{{ mackerel_cs.no_organization() }}'
    ) as organizations
    {{ unnest_dates(from_date, to_date, 'dates', 'touched_date') }}
{%- endmacro %}

{#- Hosts that reported in the window, as it was told before the fix or is now. -#}
{% macro hosts_of_window(from_date, to_date) -%}
    select organization_id, host_id from intermediate.int_host_days
    where state_date between {{ from_date }} and {{ to_date }}
    union distinct
    select organization_id, host_id from staging.stg_metering__host_reports
    where
        reported_date between {{ from_date }} and {{ to_date }}
        and organization_id is not null
        and host_id is not null
{%- endmacro %}

{#- Every host there was, and those told of now: a fix may show on any day of the window, whenever it was that the host was told of. -#}
{% macro all_hosts() -%}
    select host_id from intermediate.int_host_registrations
    {%- for relation in [
        'intermediate.int_role_assignment_history', 'staging.stg_webhook__host_changes', 'staging.stg_api__hosts',
        'staging.stg_console__role_assignments',
    ] %}
    union distinct
    select host_id from {{ relation }}
    where host_id is not null
    {%- endfor %}
{%- endmacro %}

{#- Alerts that were open in the window, and those that are told of in it. -#}
{% macro alerts_of_window(from_date, to_date) -%}
    select alert_id from intermediate.int_alert_episodes
    where opened_date <= {{ to_date }} and coalesce(closed_date, {{ from_date }}) >= {{ from_date }}
    {%- for staged in ['stg_webhook__alerts', 'stg_api__alert_logs', 'stg_api__alerts', 'stg_console__alerts'] %}
    union distinct
    select alert_id from staging.{{ staged }}
    where alert_id is not null and {{ mackerel_cs.in_backfill('occurred_at') }}
    {%- endfor %}
{%- endmacro %}

{% macro organizations_of_window() -%}
    select organization_id from intermediate.int_organizations
    union distinct
    select organization_id from operations.remembered_int_organizations
{%- endmacro %}
