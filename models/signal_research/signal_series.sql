{#- Incremental by date: dates whose pairs of signal and return are new or have grown are worked out, the rest stays. -#}
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['study', 'signal', 'horizon', 'statistic', 'date'],
    on_schema_change='fail',
    pre_hook="{{ whence.forget_changed_studies(this, ref('whence', 'int_signal_research__specs')) if is_incremental() }}",
) }}
{%- set detection = ref('int_signal_research__detection') -%}
{%- set detected = whence.detected_signals(detection) -%}
{%- set studies = whence.resolved_signal_studies() -%}
{%- do whence.check_signal_procedures(studies, detection) -%}

with panel as (

    select * from {{ ref('int_signal_research__panel') }}

),

specs as (

    select * from {{ ref('int_signal_research__specs') }}

),

{% if is_incremental() %}
    pair_counts as (

        {{ whence.signal_pair_counts('panel', studies) }}

    ),

    known as (

        select
            study,
            signal,
            horizon,
            date,
            max(n_assets) as n_assets
        from {{ this }}
        group by study, signal, horizon, date

    ),

    changed as (

        select
            pair_counts.study,
            pair_counts.signal,
            pair_counts.horizon,
            pair_counts.date
        from pair_counts
        left join known
            on
                pair_counts.study = known.study
                and pair_counts.signal = known.signal
                and pair_counts.horizon = known.horizon
                and pair_counts.date = known.date
        where known.n_assets is null or known.n_assets <> pair_counts.n_assets

    ),
{% endif %}

date_statistics as (

    {{ whence.signal_date_statistics('panel', studies, detected, 'changed' if is_incremental() else none) }}

),

final as (

    {{ whence.signal_series('date_statistics', 'specs') }}

)

select * from final
