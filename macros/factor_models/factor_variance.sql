{#-
  Every eigenvalue, whether it stands out of noise, and a label for its factor.

  components: relation or CTE with the columns of int_factor_models__principal_components.
  labels: of factor_input_rows for labels: named after the factor (PC1) or its rank (1).
  Columns: those of factor_variance (docs/factor_models.md).
-#}
{%- macro factor_variance(components, labels) -%}
with sums as (

    select
        *,
        sum(eigenvalue) over (partition by model) as total,
        sum(eigenvalue) over (partition by model order by factor_rank) as cumulative
    from {{ components }}
    where item = 'factor'

),

ranked as (

    select
        model,
        factor,
        asset,
        count(*) over (partition by model, factor) as n_assets,
        row_number() over (
            partition by model, factor
            order by {{ whence.round_significant('loading') }} desc, {{ whence.text_order('asset') }}
        ) as from_top
    from {{ components }}
    where item = 'loading'

),

-- the two highest and the two lowest; with three assets or fewer, the middle one is high
ends as (

    select
        model,
        factor,
        {{ whence.join_texts("case when from_top <= 2 then asset end", ', ', 'from_top') }} as highest,
        {{ whence.join_texts(
            "case when from_top > 2 and from_top > n_assets - 2 then asset end", ', ', 'from_top desc'
        ) }} as lowest
    from ranked
    group by model, factor

),

named as (

    select
        model,
        lower(factor) as factor,
        min(label) as label
    from {{ labels }}
    group by model, lower(factor)

)

select
    sums.model,
    sums.factor,
    sums.factor_rank,
    sums.eigenvalue,
    {{ whence.safe_divide('sums.eigenvalue', 'sums.total') }} as explained_ratio,
    {{ whence.safe_divide('sums.cumulative', 'sums.total') }} as cumulative_ratio,
    sums.noise_edge,
    sums.is_retained,
    coalesce(
        by_name.label,
        by_rank.label,
        sums.factor || ' (high: ' || ends.highest || coalesce('; low: ' || ends.lowest, '') || ')',
        sums.factor
    ) as label
from sums
left join ends on sums.model = ends.model and sums.factor = ends.factor
left join named as by_name on sums.model = by_name.model and lower(sums.factor) = by_name.factor
left join named as by_rank
    on sums.model = by_rank.model and cast(sums.factor_rank as {{ whence.type_text() }}) = by_rank.factor
{%- endmacro -%}
