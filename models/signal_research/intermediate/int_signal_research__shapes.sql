{%- set studies = whence.resolved_signal_studies() -%}
{%- do whence.check_signal_data(whence.signal_sources(studies), ref('int_signal_research__panel')) -%}

with panel as (

    select * from {{ ref('int_signal_research__panel') }}

),

final as (

    {{ whence.signal_shapes('panel', studies) }}

)

select * from final
