{#-
  Prints where the signal tables are and which signals survive, one paragraph per study; part of summarize. Returns whether
  the tables are there.
-#}
{%- macro summarize_signal_research() -%}
  {%- set profiles = ref('whence', 'signal_profiles') -%}
  {%- set screening = ref('whence', 'signal_screening') -%}
  {%- if load_relation(screening) is none or load_relation(profiles) is none -%}
    {{ return(false) }}
  {%- endif -%}
  {%- set counts -%}
select
    profiles.study,
    count(*),
    sum(case when profiles.status = 'ok' then 1 else 0 end),
    sum(case when profiles.verdict = 'pass' then 1 else 0 end),
    sum(case when screening.is_survivor then 1 else 0 end)
from {{ profiles }} as profiles
left join {{ screening }} as screening
    on
        profiles.study = screening.study
        and profiles.signal = screening.signal
        and profiles.horizon = screening.horizon
        and profiles.procedure = screening.procedure
group by profiles.study
order by {{ whence.text_order('profiles.study') }}
  {%- endset -%}
  {%- set found = run_query(counts).rows -%}
  {%- if found | length -%}
    {%- do print('\nTables signal_* are in ' ~ whence.place_of(profiles) ~ '.') -%}
  {%- endif -%}
  {%- for study, n_rows, n_tested, n_passed, n_survivors in found -%}
    {%- do print(
      '\n' ~ study ~ ', ' ~ n_tested ~ ' of ' ~ n_rows ~ ' results have an estimate, ' ~ n_passed ~ ' pass alone, '
      ~ (n_survivors or 0) ~ ' survive the screening:'
    ) -%}
    {%- set survivors -%}
select
    screening.signal,
    screening.procedure,
    screening.horizon,
    {{ whence.format_number('profiles.estimate') }},
    {{ whence.format_number('screening.t_stat') }},
    {{ whence.format_number('screening.bhy_q') }},
    profiles.warnings
from {{ screening }} as screening
inner join {{ profiles }} as profiles
    on
        screening.study = profiles.study
        and screening.signal = profiles.signal
        and screening.horizon = profiles.horizon
        and screening.procedure = profiles.procedure
where screening.study = {{ whence.text_literal(study) }} and screening.is_survivor
order by screening.bhy_q, {{ whence.text_order('screening.signal') }}, screening.procedure, screening.horizon
limit 5
    {%- endset -%}
    {%- for signal, procedure, horizon, estimate, t_stat, q, warnings in run_query(survivors).rows -%}
      {%- do print(
        '  ' ~ signal ~ ' (' ~ procedure ~ ', horizon ' ~ horizon ~ '): ' ~ estimate ~ ', t ' ~ t_stat ~ ', q ' ~ q
        ~ ('; ' ~ warnings if warnings is not none else '')
      ) -%}
    {%- endfor -%}
    {%- if (n_survivors or 0) > 5 -%}
      {%- do print('  and ' ~ (n_survivors - 5) ~ ' more in signal_screening') -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(true) }}
{%- endmacro -%}
