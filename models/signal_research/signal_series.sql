{#- Incremental by date: dates that are new or have changed are worked out, the rest stays. -#}
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['study', 'signal', 'horizon', 'date'],
    on_schema_change='fail',
    pre_hook="{{ whence.forget_signal_dates(this) if is_incremental() }}",
) }}
{#- read by name, not through a CTE: see signal_panel_parts -#}
{%- set panel = ref('int_signal_research__neutral_panel') -%}
{%- set detected = whence.detected_signals(ref('int_signal_research__detection')) -%}
{%- set studies = whence.resolved_signal_studies() -%}
{%- do whence.check_signal_procedures(studies, ref('int_signal_research__detection')) -%}

with specs as (

    select * from {{ ref('int_signal_research__specs') }}

),

detection as (

    select * from {{ ref('int_signal_research__detection') }}

),

{% if is_incremental() %}
    date_checks as (

        {{ whence.signal_date_checks(panel, studies, detected) }}

    ),

    changed as (

        {{ whence.signal_changed_dates('date_checks', this) }}

    ),
{% endif %}

date_statistics as (

    {{ whence.signal_date_statistics(panel, studies, detected, 'changed' if is_incremental() else none) }}

),

final as (

    {{ whence.signal_series('date_statistics', 'specs', 'detection') }}

)

select * from final
