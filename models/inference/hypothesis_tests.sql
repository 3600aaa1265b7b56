{%- set selects = [] -%}
{#- Tests of what drivers leave are apart from those of movers, which do not wait for the search of identities. -#}
{%- set apart = {'metric_change': ['tests', 'residual_tests'], 'signal_research': ['tests', 'screening_tests']} -%}
{%- set models = [] -%}
{%- for domain in whence.enabled_domains() -%}
    {%- for tests in apart.get(domain, ['tests']) -%}
        {%- do models.append([domain, 'int_' ~ domain ~ '__' ~ tests]) -%}
    {%- endfor -%}
{%- endfor -%}
{%- for domain, name in models -%}
    {%- set tests = ref('whence', name) -%}
    {%- set select -%}
select
    {{ whence.text_literal(domain) }} as domain,
    family,
    key,
    statistic,
    distribution,
    df,
    df_2,
    p_value,
    bh_q,
    bhy_q,
    holm_p
from {{ tests }}
    {%- endset -%}
    {#- A domain that is not built has no tests: what `dbt build --select metric_change inference` leaves out. -#}
    {%- if execute and load_relation(tests) is not none -%}
        {%- do selects.append(select) -%}
    {%- endif -%}
{%- endfor -%}

{%- set text, double = whence.type_text(), whence.type_double() -%}
{{ whence.union_selects(selects, {
    'domain': text, 'family': text, 'key': text, 'statistic': double, 'distribution': text, 'df': double,
    'df_2': double, 'p_value': double, 'bh_q': double, 'bhy_q': double, 'holm_p': double,
}) }}
