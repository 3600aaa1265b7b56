with branch_values as (

    select * from {{ ref('int_metric_change__branch_values') }}

),

branches as (

    select * from {{ ref('int_metric_change__branches') }}

),

moments as (

    select * from {{ ref('int_metric_change__branch_moments') }}

),

windows as (

    select * from {{ ref('int_metric_change__windows') }}

),

branch_windows as (

    select
        {{ whence.metric_branch_key('branches') }} as analysis,
        branches.analysis_group,
        windows.period_end,
        windows.baseline_scale,
        windows.has_baseline
    from branches
    inner join windows on branches.analysis = windows.analysis

),

specs as (

    select
        analysis,
        volume
    from {{ ref('int_metric_change__specs') }}

),

final as (

    {{ whence.metric_changes('branch_values', 'specs', 'branch_windows', 'moments') }}

)

select * from final
