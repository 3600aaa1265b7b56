{#- Every trial is kept, also by --full-refresh: a family of everything ever tried must not forget. -#}
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns',
) }}
{%- if execute and model.config.materialized != 'incremental' -%}
    {%- do whence.config_error(
        'models', "signal_trials is materialized as '" ~ model.config.materialized
        ~ "', which forgets past trials; expected incremental: leave out +materialized for whence"
    ) -%}
{%- endif %}

with gates as (

    select * from {{ ref('int_signal_research__gates') }}

),

final as (

    {{ whence.signal_trials('gates', this if is_incremental() else none) }}

)

select * from final
