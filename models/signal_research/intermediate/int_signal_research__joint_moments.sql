{%- set detection = ref('int_signal_research__detection') -%}
{%- set detected = whence.detected_signals(detection) -%}

with panel as (

    select * from {{ ref('int_signal_research__panel') }}

),

final as (

    {{ whence.signal_joint_moments('panel', whence.resolved_signal_studies(), detected) }}

)

select * from final
