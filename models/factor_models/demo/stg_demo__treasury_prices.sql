{%- set maturities = {'y2': 2, 'y5': 5, 'y10': 10, 'y30': 30} -%}

with yields as (

    select * from {{ ref('demo_treasury_yields') }}

),

stacked as (

    {% for name, years in maturities.items() %}
        select
            date,
            'treasury_{{ years }}y' as asset,
            {{ years }} as maturity,
            {{ name }} / 100 as yield
        from yields
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

held as (

    select
        *,
        lag(yield) over (partition by asset order by date) as coupon,
        {{ whence.days_between('lag(date) over (partition by asset order by date)', 'date') }} / 365.0 as years_held
    from stacked

),

discounted as (

    select
        *,
        power(1 + yield / 2, -2 * (maturity - years_held)) as discount
    from held

),

returns as (

    -- a bond bought at par at the last yield, sold at this one: coupons, principal, interest accrued
    select
        date,
        asset,
        coalesce(coupon / yield * (1 - discount) + discount + coupon * years_held - 1, 0) as total_return
    from discounted

),

final as (

    select
        date,
        asset,
        100 * exp(sum(ln(1 + total_return)) over (partition by asset order by date)) as price
    from returns

)

select * from final
