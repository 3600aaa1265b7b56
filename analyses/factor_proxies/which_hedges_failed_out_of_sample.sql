-- Which hedges look good on the months they were fitted to, and take away little or nothing on the months after?
with offsets as (

    select * from {{ ref('proxy_offsets') }}

),

final as (

    select
        portfolio,
        exposed,
        candidate,
        variance_reduction,
        oos_variance_reduction,
        case
            when oos_variance_reduction < 0 then 'adds variance'
            else 'takes away too little'
        end as verdict,
        hedge_ratio,
        correlation,
        q_value,
        variance_reduction - oos_variance_reduction as lost,
        n_oos
    from offsets
    where
        q_value < 0.05
        and variance_reduction > 0.05
        and oos_variance_reduction <= 0.05

)

select * from final
order by
    {{ whence.text_order('portfolio') }},
    {{ whence.round_significant('lost') }} desc,
    {{ whence.text_order('exposed') }},
    {{ whence.text_order('candidate') }}
