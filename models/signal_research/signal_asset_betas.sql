{%- set detection = ref('int_signal_research__detection') -%}
{%- set detected = whence.detected_signals(detection) -%}

with panel as (

    select * from {{ ref('int_signal_research__panel') }}

),

final as (

    {{ whence.signal_asset_betas('panel', whence.resolved_signal_studies(), detected) }}

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.text_order('signal') }},
    horizon,
    {{ whence.text_order('asset') }}
