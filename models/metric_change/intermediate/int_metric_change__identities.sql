{%- set metric_values = ref('whence', 'int_metric_change__values') -%}

with candidates as (

    select * from {{ ref('int_metric_change__identity_candidates') }}

),

fits as (

    select * from {{ ref('int_metric_change__identity_fits') }}

),

ratios as (

    {{ whence.metric_ratio_identities(whence.resolved_metric_analyses(), metric_values) }}

),

final as (

    {{ whence.metric_identities_ranked('candidates', 'fits', 'ratios') }}

)

select * from final
