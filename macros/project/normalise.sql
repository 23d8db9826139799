{#- One spelling for what Mackerel's webhooks and its API write differently. Words nobody has seen yet pass through. -#}

{#- An alert status as the API writes it (OK, CRITICAL, WARNING, UNKNOWN); the alert webhook writes lower case. -#}
{% macro alert_status(column) -%}
    upper({{ column }})
{%- endmacro %}

{#-
    What caused an alert's status, in the words of the API's alert logs. The alert webhook has used three vocabularies: captured
    payloads (`monitor`), its documentation since 2026-01-29 (`manual close`), and before that the API's own words.
-#}
{% macro alert_trigger(column) -%}
    {%- set api_words = {
        'monitor': 'monitoring',
        'manual close': 'manual',
        'delete monitor': 'monitorDelete',
        'retire host': 'hostRetire',
        'delete service': 'serviceDelete',
        'anomaly detection manually retraining': 'anomalyDetectionManuallyRetraining',
        'attach external monitoring to a different service': 'externalMonitoringServiceChange',
    } -%}
    case {{ column }}
        {%- for webhook_word, api_word in api_words.items() %}
        when '{{ webhook_word }}' then '{{ api_word }}'
        {%- endfor %}
        else {{ column }}
    end
{%- endmacro %}

{#-
    A role full name, or several joined by commas, as `Service:Role`; webhooks and scopes write `Service: Role`. Names hold neither
    colons nor spaces, so nothing else is touched.
-#}
{% macro role_fullname(column) -%}
    replace({{ column }}, ': ', ':')
{%- endmacro %}

{#-
    The roles in the JSON text `column` as `Service:Role` joined by commas: a hash of arrays in the API (sorted here, a hash has no
    order), an array of objects in webhooks, an array of strings on write. Empty where there are none, null where nothing is said.
-#}
{% macro role_fullnames(column) -%}
    coalesce(
        {{ list_to_text(json_role_fullnames(column)) }},
        nullif({{ role_fullname(list_to_text(json_field_list(column, 'fullname'))) }}, ''),
        {{ role_fullname(list_to_text(json_string_list(column))) }}
    )
{%- endmacro %}

{#-
    A time field as a UTC timestamp. Nearly all are epoch seconds; the alert webhook's `createdAt` and a dashboard's times are
    milliseconds, at least in part of the sources. 10^11 tells them apart: the year 5138 in seconds, 1973 in milliseconds.
-#}
{% macro mackerel_time(column) -%}
    case
        when {{ column }} >= 100000000000 then {{ from_epoch_milliseconds(column) }}
        else {{ from_epoch_seconds(column) }}
    end
{%- endmacro %}

{#- The host, and port if any, of the URL `column`, without the user and password a webhook's URL may carry; null where it is none. -#}
{% macro url_host(column) -%}
    nullif({{ text_part(url_authority(column), '@', -1) }}, '')
{%- endmacro %}

{#- The URL `column` without the user and password it may carry. -#}
{% macro url_without_password(column) -%}
    case
        when {{ url_authority(column) }} like '%@%'
            then replace({{ column }}, {{ text_part(url_authority(column), '@', 1) }} || '@', '')
        else {{ column }}
    end
{%- endmacro %}

{#- What stands between `://` and the path, query or fragment of a URL. -#}
{% macro url_authority(column) -%}
    {{ text_part(text_part(text_part(text_part(column, '://', 2), '/', 1), '?', 1), '#', 1) }}
{%- endmacro %}

{#-
    A monitor, the same object in the webhook and in the API: the fields to parse (for json_struct) and, below, the columns they
    become. Header values and the request body stay in the raw log only, they may hold credentials.
-#}
{% macro monitor_fields() -%}
    {{ return({
        'id': 'string', 'type': 'string', 'name': 'string', 'memo': 'string', 'isMute': 'boolean',
        'notificationInterval': 'bigint', 'metric': 'string', 'operator': 'string', 'warning': 'double', 'critical': 'double',
        'duration': 'bigint', 'maxCheckAttempts': 'bigint', 'scopes': ['string'], 'excludeScopes': ['string'],
        'alertStatusOnGone': 'string', 'service': 'string', 'missingDurationWarning': 'bigint',
        'missingDurationCritical': 'bigint', 'url': 'string', 'method': 'string', 'responseTimeWarning': 'double',
        'responseTimeCritical': 'double', 'responseTimeDuration': 'bigint', 'containsString': 'string',
        'certificationExpirationWarning': 'bigint', 'certificationExpirationCritical': 'bigint',
        'certificationLimitWarning': 'bigint', 'certificationLimitCritical': 'bigint',
        'skipCertificateVerification': 'boolean', 'expectedStatusCode': 'bigint', 'headers': 'json',
        'requestBody': 'string', 'followRedirect': 'boolean', 'dualstack': 'string', 'expression': 'string',
        'evaluateBackwardMinutes': 'bigint', 'warningSensitivity': 'string', 'criticalSensitivity': 'string',
        'trainingPeriodFrom': 'bigint', 'query': 'string', 'legend': 'string',
    }) }}
{%- endmacro %}

{% macro monitor_columns(monitor) -%}
    {{ monitor }}.id as monitor_id,
    {{ monitor }}.type as monitor_type,
    {{ monitor }}.name as monitor_name,
    {{ monitor }}.memo as memo,
    {{ monitor }}.isMute as is_mute,
    {{ monitor }}.notificationInterval as notification_interval_minutes,
    {{ monitor }}.metric as metric_name,
    {{ monitor }}.operator as monitor_operator,
    {{ monitor }}.warning as warning_threshold,
    {{ monitor }}.critical as critical_threshold,
    {{ monitor }}.duration as duration_minutes,
    {{ monitor }}.maxCheckAttempts as max_check_attempts,
    {{ role_fullname(list_to_text(monitor ~ '.scopes')) }} as scopes,
    {{ role_fullname(list_to_text(monitor ~ '.excludeScopes')) }} as exclude_scopes,
    {{ alert_status(monitor ~ '.alertStatusOnGone') }} as alert_status_on_gone,
    {{ monitor }}.service as service_name,
    {{ monitor }}.missingDurationWarning as missing_duration_warning_minutes,
    {{ monitor }}.missingDurationCritical as missing_duration_critical_minutes,
    {{ url_without_password(monitor ~ '.url') }} as url,
    {{ monitor }}.method as http_method,
    {{ monitor }}.responseTimeWarning as response_time_warning_ms,
    {{ monitor }}.responseTimeCritical as response_time_critical_ms,
    {{ monitor }}.responseTimeDuration as response_time_duration_minutes,
    {{ monitor }}.containsString as contains_string,
    coalesce(
        {{ monitor }}.certificationExpirationWarning, {{ monitor }}.certificationLimitWarning
    ) as certification_expiration_warning_days,
    coalesce(
        {{ monitor }}.certificationExpirationCritical, {{ monitor }}.certificationLimitCritical
    ) as certification_expiration_critical_days,
    case
        when
            coalesce(
                {{ monitor }}.certificationExpirationWarning, {{ monitor }}.certificationExpirationCritical
            ) is not null
            then 'certificationExpiration'
        when
            coalesce({{ monitor }}.certificationLimitWarning, {{ monitor }}.certificationLimitCritical) is not null
            then 'certificationLimit'
    end as certification_field,
    {{ monitor }}.skipCertificateVerification as is_certificate_verification_skipped,
    {{ monitor }}.expectedStatusCode as expected_status_code,
    {{ list_to_text(json_field_list(monitor ~ '.headers', 'name')) }} as header_names,
    {{ monitor }}.requestBody is not null as has_request_body,
    {{ monitor }}.followRedirect as is_redirect_followed,
    {{ monitor }}.dualstack as dualstack,
    {{ monitor }}.expression as expression,
    {{ monitor }}.evaluateBackwardMinutes as evaluate_backward_minutes,
    {{ monitor }}.warningSensitivity as warning_sensitivity,
    {{ monitor }}.criticalSensitivity as critical_sensitivity,
    {{ mackerel_time(monitor ~ '.trainingPeriodFrom') }} as training_period_from_at,
    {{ monitor }}.query as query_text,
    {{ monitor }}.legend as legend
{%- endmacro %}
