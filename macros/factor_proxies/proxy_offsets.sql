{#-
  What offsets each exposure, by variance taken away out of sample, and whether it is recommended.

  resolved: as resolved_proxies returns it.
  offsets: relation or CTE with the columns of int_factor_proxies__offsets.
  tests: of int_factor_proxies__tests.
  exposures: of proxy_exposures.
  universe: of proxy_universe.
  performance: of proxy_performance.
  quality: of proxy_quality.
  members: of proxy_members.
  Columns: those of proxy_offsets (docs/factor_proxies.md).

  A positive allocation is long, a negative one short, both as parts of the portfolio: of one unit exposed where there is no
  portfolio, and the other way round for a negative exposure. A long one is at most exposure_ok less what is held of the
  candidate; above exposure_skip, and of a candidate whose prices have ended, there is none.
-#}
{%- macro proxy_offsets(resolved, offsets, tests, exposures, universe, performance, quality, members) -%}
{%- set double, text = whence.type_double(), whence.type_text() -%}
{%- set settings = whence.proxy_settings(resolved) -%}
with portfolios as (

    select
        portfolio,
        factor as exposed,
        exposure
    from {{ exposures }}
    where has_proxy

    union all

    select distinct
        'main' as portfolio,
        exposed,
        cast(null as {{ double }}) as exposure
    from {{ offsets }}
    where (select count(*) from {{ exposures }}) = 0

),

gathered as (

    select
        portfolios.portfolio,
        offsets.exposed,
        offsets.candidate,
        offsets.n_obs,
        case
            when exposed_universe.category = candidate_universe.category or exposed_members.category is not null
                then 'within_category'
            else 'cross_category'
        end as placement,
        offsets.correlation,
        tests.bhy_q as q_value,
        offsets.hedge_ratio,
        offsets.hedge_ratio_se,
        offsets.variance_reduction,
        offsets.oos_variance_reduction,
        offsets.n_oos,
        coalesce(quality.reason = 'stale', false) as is_stale,
        performance.sharpe_ratio,
        performance.volatility,
        performance.max_drawdown,
        performance.beta,
        performance.dividend_yield,
        exposed_performance.beta as exposed_beta,
        exposed_performance.dividend_yield as exposed_dividend_yield,
        portfolios.exposure,
        coalesce(held.exposure, 0) as current_exposure,
        offsets.volatility_after,
        -- what offsets a short position is bought where it would be sold
        offsets.hedge_ratio * sign(coalesce(portfolios.exposure, 1)) as direction,
        offsets.correlation <= {{ settings.classic_correlation }} as is_classic_candidate
    from {{ offsets }} as offsets
    inner join portfolios on offsets.exposed = portfolios.exposed
    left join {{ tests }} as tests
        on
            tests.family = 'offset:' || offsets.exposed
            and tests.key = {{ whence.json_string('offsets.candidate') }}
    left join {{ universe }} as exposed_universe on offsets.exposed = exposed_universe.ticker
    left join {{ universe }} as candidate_universe on offsets.candidate = candidate_universe.ticker
    left join (
        -- of what composites and groups hold
        select distinct
            members.series,
            held_universe.category
        from {{ members }} as members
        inner join {{ universe }} as held_universe on members.ticker = held_universe.ticker
    ) as exposed_members
        on offsets.exposed = exposed_members.series and candidate_universe.category = exposed_members.category
    left join {{ performance }} as performance on offsets.candidate = performance.series
    left join {{ quality }} as quality on offsets.candidate = quality.series
    left join {{ performance }} as exposed_performance on offsets.exposed = exposed_performance.series
    left join {{ exposures }} as held
        on portfolios.portfolio = held.portfolio and offsets.candidate = held.factor

),

judged as (

    select
        *,
        case
            when correlation is null then 'too few common months, or a series that does not move'
            when oos_variance_reduction is null or n_oos < {{ settings.min_oos_observations }} then 'too few months out of sample'
            when q_value is null or q_value >= {{ settings.q_threshold }} then 'correlation not shown to differ from zero'
            when oos_variance_reduction <= {{ settings.oos_improvement }} then 'reduces too little variance out of sample'
            {%- if settings.min_dividend_yield is not none %}
            -- what is sold short pays nothing
            when direction > 0 and dividend_yield is null then 'dividend yield not known'
            when direction > 0 and dividend_yield < {{ settings.min_dividend_yield }}
                then 'dividend yield below what is asked for'
            {%- endif %}
            {%- if settings.max_volatility is not none %}
            when volatility > {{ settings.max_volatility }} then 'volatility above what is asked for'
            {%- endif %}
            {%- if settings.max_drawdown is not none %}
            when abs(max_drawdown) > {{ settings.max_drawdown }} then 'drawdown above what is asked for'
            {%- endif %}
        end as objection,
        case
            when is_stale then 'its prices have ended'
            when
                direction > 0
                and (current_exposure > {{ settings.exposure_skip }} or current_exposure >= {{ settings.exposure_ok }})
                then 'enough of it is held already'
        end as obstacle
    from gathered

),

allocated as (

    select
        *,
        case
            when direction is null or direction = 0 or obstacle is not null then 0
            when direction > 0
                then greatest(0, least({{ settings.max_allocation }}, {{ settings.exposure_ok }} - current_exposure))
            else -least({{ settings.max_allocation }}, {{ whence.safe_multiply('abs(hedge_ratio)', 'least(abs(coalesce(exposure, 1)), 1e30)') }})
        end as suggested_allocation
    from judged

)

select
    portfolio,
    exposed,
    candidate,
    placement,
    n_obs,
    correlation,
    q_value,
    hedge_ratio,
    hedge_ratio_se,
    variance_reduction,
    oos_variance_reduction,
    n_oos,
    sharpe_ratio,
    volatility,
    dividend_yield,
    current_exposure,
    cast(suggested_allocation as {{ double }}) as suggested_allocation,
    volatility_after,
    exposed_beta + hedge_ratio * beta as beta_after,
    exposed_dividend_yield + hedge_ratio * dividend_yield as dividend_yield_after,
    coalesce(is_classic_candidate, false) as is_classic_candidate,
    objection is null as is_recommended,
    coalesce(objection, 'holds out of sample' || coalesce(', but ' || obstacle, '')) as reason,
    case
        when correlation is null then candidate || ' cannot be judged: ' || objection || '.'
        else case when hedge_ratio < 0 then 'Short ' else 'Long ' end || {{ whence.format_number('abs(hedge_ratio)') }}
            || ' of ' || candidate || ' per unit of ' || exposed || ': correlation ' || {{ whence.format_number('correlation') }}
            || coalesce(
                ', variance out of sample '
                || case when oos_variance_reduction >= 0 then 'lower by ' else 'higher by ' end
                || {{ whence.format_percent('abs(oos_variance_reduction)') }} || ' over ' || cast(n_oos as {{ text }}) || ' months', ''
            )
            || case when objection is null then '; recommended' || coalesce(', but ' || obstacle, '') || '.' else '; not recommended: ' || objection || '.' end
            || case when exposure < 0 then ' The exposure is short: take the other side.' else '' end
    end as rationale,
    cast(row_number() over (
        partition by portfolio, exposed
        order by
            case when oos_variance_reduction is null then 1 else 0 end,
            {{ whence.round_significant('oos_variance_reduction') }} desc,
            {{ whence.round_significant('correlation') }},
            {{ whence.text_order('candidate') }}
    ) as integer) as offset_rank
from allocated
{%- endmacro -%}
