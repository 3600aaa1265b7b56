{#-
  The riskless return of every month: the yield of risk_free_maturity at the end of the month before, over 12. Without yields
  it is zero.

  months: relation or CTE with the columns of proxy_months.
  month_yields: of proxy_month_yields.
  resolved: as resolved_proxies returns it.
  Columns: month_number, rate.
-#}
{%- macro proxy_risk_free(months, month_yields, resolved) -%}
{%- set settings = whence.proxy_settings(resolved) -%}
{%- if 'yields' in settings.inputs -%}
select
        months.month_number,
        month_yields.yield / 12 as rate
    from {{ months }} as months
    inner join {{ month_yields }} as month_yields
        on
            months.month_number = month_yields.month_number + 1
            and month_yields.maturity = {{ whence.text_literal(settings.risk_free_maturity) }}
{%- else -%}
select
        month_number,
        cast(0 as {{ whence.type_double() }}) as rate
    from {{ months }}
    where not exists (select 1 from {{ month_yields }})
{%- endif -%}
{%- endmacro -%}
