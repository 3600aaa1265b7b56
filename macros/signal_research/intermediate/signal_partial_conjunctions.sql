{#-
  p of the null that fewer than half of the horizons, rounded up, have an effect (Benjamini and Heller 2008): of n p-values
  in order, (n - u + 1) p(u) with u = n / 2 rounded up, by Bonferroni, as horizons overlap.

  screened: CTE with study, signal, procedure, p_value; one row per horizon.
  Columns: study, signal, procedure, partial_conjunction_p.
-#}
{%- macro signal_partial_conjunctions(screened) -%}
with placed as (

    select
        study,
        signal,
        procedure,
        p_value,
        row_number() over (partition by study, signal, procedure order by p_value) as place,
        count(*) over (partition by study, signal, procedure) as n_horizons
    from {{ screened }}
    where p_value is not null

)

select
    study,
    signal,
    procedure,
    least(cast(1 as {{ whence.type_double() }}), (n_horizons - place + 1) * p_value) as partial_conjunction_p
from placed
where 2 * place in (n_horizons, n_horizons + 1)
{%- endmacro -%}
