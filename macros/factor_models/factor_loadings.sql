{#-
  How each asset loads on each retained factor, in both units.

  components: relation or CTE with the columns of int_factor_models__principal_components.
  Columns: those of factor_loadings (docs/factor_models.md).
-#}
{%- macro factor_loadings(components) -%}
select
    model,
    factor,
    asset,
    loading + 0 as loading,
    return_loading + 0 as return_loading,
    correlation + 0 as correlation,
    cast(row_number() over (
        partition by model, factor
        order by {{ whence.round_significant('abs(loading)') }} desc, {{ whence.text_order('asset') }}
    ) as integer) as loading_rank
from {{ components }}
where item = 'loading'
{%- endmacro -%}
