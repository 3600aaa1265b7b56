{#-
  What each component contributed to a drawdown from peak to trough, linked over dates by logarithms (Carino 1999): a
  date's contribution is multiplied by ln(1 + r) / r of the date and divided by ln(1 + depth) / depth, so that components
  add to the depth. Dates that the method does not attribute are the component unattributed.

  drawdowns: relation or CTE with the columns of the macro factor_drawdowns.
  attribution: of the macro factor_attribution.
  log_returns: of factor_log_returns.
  Columns: those of factor_drawdown_components (docs/factor_models.md).
-#}
{%- macro factor_drawdown_components(drawdowns, attribution, log_returns) -%}
with fallen as (

    select
        drawdowns.model,
        drawdowns.drawdown,
        drawdowns.depth,
        log_returns.date,
        log_returns.log_return,
        -- ln(1 + r) / r, which goes to 1 with r to 0
        case
            when abs(log_returns.portfolio_return) < 1e-12 then 1
            else log_returns.log_return / log_returns.portfolio_return
        end as link
    from {{ drawdowns }} as drawdowns
    inner join {{ log_returns }} as log_returns
        on
            drawdowns.model = log_returns.model
            and log_returns.date <= drawdowns.trough_date
            and (drawdowns.peak_date is null or log_returns.date > drawdowns.peak_date)

),

wholes as (

    select
        model,
        drawdown,
        depth,
        sum(log_return) as log_depth
    from fallen
    group by model, drawdown, depth

),

methods as (

    select distinct
        model,
        method
    from {{ attribution }}

),

linked as (

    select
        fallen.model,
        methods.method,
        fallen.drawdown,
        coalesce(attribution.component, 'unattributed') as component,
        sum(case when attribution.component is null then fallen.log_return else attribution.contribution * fallen.link end)
            as log_contribution
    from fallen
    inner join methods on fallen.model = methods.model
    left join {{ attribution }} as attribution
        on
            fallen.model = attribution.model
            and methods.method = attribution.method
            and fallen.date = attribution.date
    group by fallen.model, methods.method, fallen.drawdown, coalesce(attribution.component, 'unattributed')

)

select
    linked.model,
    linked.method,
    linked.drawdown,
    linked.component,
    linked.log_contribution * wholes.depth / wholes.log_depth + 0 as contribution
from linked
inner join wholes on linked.model = wholes.model and linked.drawdown = wholes.drawdown
{%- endmacro -%}
