{#-
  Incremental by date: dates that are new or have changed are worked out, the rest stays. The post-hook adds the signals that
  one statement has no room for.
-#}
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['study', 'signal', 'horizon', 'date'],
    on_schema_change='fail',
    pre_hook="{{ whence.forget_signal_dates(this) if is_incremental() }}",
    post_hook="{{ whence.insert_signal_series(this) }}",
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

final as (

    {{ whence.signal_series(
        panel,
        'specs',
        'detection',
        whence.signal_study_parts(studies)[0],
        detected,
        this if is_incremental() else none,
    ) }}

)

select * from final
