with metric_values as (

    select * from {{ ref('int_metric_change__values') }}

),

specs as (

    select * from {{ ref('int_metric_change__specs') }}

),

windows as (

    select * from {{ ref('int_metric_change__windows') }}

),

moments as (

    select * from {{ ref('int_metric_change__moments') }}

),

final as (

    {{ whence.metric_changes('metric_values', 'specs', 'windows', 'moments') }}

)

select * from final
