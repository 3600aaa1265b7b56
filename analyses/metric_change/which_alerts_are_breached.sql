-- Which alerts are breached, and which come closest? Distance is from the threshold, relative to its size.
with alerts as (

    select * from {{ ref('metric_alerts') }}

),

final as (

    select
        analysis,
        rule,
        is_breached,
        observed,
        {{ whence.safe_divide('observed - threshold', 'abs(threshold)') }} as distance,
        severity,
        n_breaches,
        threshold,
        period_end,
        metric,
        side,
        dimensions,
        segment
    from alerts

)

-- of those that are breached the worst first, of the others the closest
select * from final
order by
    is_breached desc,
    {{ whence.text_order('severity') }},
    case when is_breached then -1 else 1 end * {{ whence.round_significant('abs(distance)', digits=9) }} nulls last,
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('rule') }}
