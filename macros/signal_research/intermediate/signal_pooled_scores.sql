{#-
  What the errors of the pooled slope are made of: least squares, with an intercept, of all forward returns on the signal at
  once. Its score, signal less mean times residual, is summed by date; by asset and by row its sums are squared.
  Only individual continuous signals in panels, of studies that run fm, have rows.

  panel: relation with the columns of signal_panel.
  studies: list of resolved signal studies.
  detected: as detected_signals returns it.
  Columns: study, signal, horizon, date_position, score (its sum over the date), and, the same on every date: n_pairs,
  n_assets, slope, sxx and syy (squared deviations of signal and return), asset_squares (sum over assets of their squared
  sum of scores), row_squares (sum over rows of squared scores).
-#}
{%- macro signal_pooled_scores(panel, studies, detected) -%}
{%- set text, double = whence.type_text(), whence.type_double() -%}
{%- set by_date, by_asset, by_row = [], [], [] -%}
{%- for study in studies if study.procedures is none or 'fm' in study.procedures -%}
    {%- for signal in study.signals -%}
        {%- set cell = detected.get(study.name, {}).get(signal.name) or {} -%}
        {%- set is_pooled = cell.scope == 'individual' and cell.kind == 'continuous' and cell.mode == 'panel' -%}
        {%- for horizon in study.horizons if is_pooled -%}
            {%- set s, f = 'signal_' ~ signal.slot, 'forward_' ~ loop.index -%}
            {%- set keys -%}
    {{ whence.text_literal(study.name) }} as study,
    {{ whence.text_literal(signal.name) }} as signal,
    {{ horizon }} as horizon
            {%- endset -%}
            {%- set pairs -%}
from {{ whence.signal_panel_part(panel, signal.slot, studies) }}
    where study = {{ whence.text_literal(study.name) }} and {{ s }} is not null and {{ f }} is not null
            {%- endset -%}
            {%- set sums -%}
    count(*) as n,
    avg({{ s }}) as mean_signal,
    avg({{ f }}) as mean_return,
    regr_sxx({{ f }}, {{ s }}) as sxx,
    regr_syy({{ f }}, {{ s }}) as syy,
    regr_sxy({{ f }}, {{ s }}) as sxy
            {%- endset -%}
            {%- set signal_gap = '(pairs.s - fits.mean_signal)' -%}
            {%- set residual = '(pairs.f - fits.mean_return - ' ~ whence.safe_multiply('fits.slope', signal_gap) ~ ')' -%}
            {%- do by_date.append(
                'select\n' ~ keys ~ ',\ndate_position,\n' ~ sums ~ '\n' ~ pairs ~ '\ngroup by date_position'
            ) -%}
            {%- do by_asset.append(
                'select\n' ~ keys ~ ',\nasset_number,\n' ~ sums ~ '\n' ~ pairs ~ '\ngroup by asset_number'
            ) -%}
            {%- set select %}
select
    fits.study,
    fits.signal,
    fits.horizon,
    {{ whence.bounded(whence.safe_multiply(signal_gap, residual)) }} as score
from (
    select
        {{ s }} as s,
        {{ f }} as f
    {{ pairs }}
) as pairs
inner join fits
    on
        fits.study = {{ whence.text_literal(study.name) }}
        and fits.signal = {{ whence.text_literal(signal.name) }}
        and fits.horizon = {{ horizon }}
            {%- endset -%}
            {%- do by_row.append(select) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endfor -%}
{%- set keys = {'study': text, 'signal': text, 'horizon': 'integer'} -%}
{%- set sums = {
    'n': 'bigint', 'mean_signal': double, 'mean_return': double, 'sxx': double, 'syy': double, 'sxy': double,
} -%}
{%- set columns_by_date, columns_by_asset, columns_by_row = {}, {}, {} -%}
{%- do columns_by_date.update(keys) -%}
{%- do columns_by_date.update({'date_position': 'integer'}) -%}
{%- do columns_by_date.update(sums) -%}
{%- do columns_by_asset.update(keys) -%}
{%- do columns_by_asset.update({'asset_number': 'integer'}) -%}
{%- do columns_by_asset.update(sums) -%}
{%- do columns_by_row.update(keys) -%}
{%- do columns_by_row.update({'score': double}) -%}
with date_moments as (

    {{ whence.signal_panel_parts(panel, studies) }}
    {{ whence.union_selects(by_date, columns_by_date) }}

),

asset_moments as (

    {{ whence.signal_panel_parts(panel, studies) }}
    {{ whence.union_selects(by_asset, columns_by_asset) }}

),

means as (

    select
        study,
        signal,
        horizon,
        cast(sum(n) as bigint) as n_pairs,
        sum({{ whence.safe_multiply('n', 'mean_signal') }}) / sum(n) as mean_signal,
        sum({{ whence.safe_multiply('n', 'mean_return') }}) / sum(n) as mean_return
    from date_moments
    group by study, signal, horizon

),

fits as (

    select
        means.*,
        sums.sxx,
        sums.syy,
        {{ whence.safe_divide('sums.sxy', 'sums.sxx') }} as slope
    from means
    inner join (
        select
            date_moments.study,
            date_moments.signal,
            date_moments.horizon,
            {{ whence.sum_double(whence.signal_moment_about('sxx', 'signal', 'signal')) }} as sxx,
            {{ whence.sum_double(whence.signal_moment_about('syy', 'return', 'return')) }} as syy,
            {{ whence.sum_double(whence.signal_moment_about('sxy', 'signal', 'return')) }} as sxy
        from date_moments
        inner join means
            on
                date_moments.study = means.study
                and date_moments.signal = means.signal
                and date_moments.horizon = means.horizon
        group by date_moments.study, date_moments.signal, date_moments.horizon
    ) as sums
        on means.study = sums.study and means.signal = sums.signal and means.horizon = sums.horizon
    where sums.sxx > 0

),

date_scores as (

    {{ whence.signal_cluster_scores('date_moments', 'date_position') }}

),

asset_squares as (

    select
        study,
        signal,
        horizon,
        count(*) as n_assets,
        sum({{ whence.safe_multiply('score', 'score') }}) as asset_squares
    from (
        {{ whence.signal_cluster_scores('asset_moments', 'asset_number') }}
    ) as asset_scores
    group by study, signal, horizon

),

row_squares as (

    select
        study,
        signal,
        horizon,
        sum(score * score) as row_squares
    from (
        {{ whence.signal_panel_parts(panel, studies) }}
        {{ whence.union_selects(by_row, columns_by_row) }}
    ) as row_scores
    group by study, signal, horizon

)

select
    date_scores.study,
    date_scores.signal,
    date_scores.horizon,
    date_scores.date_position,
    date_scores.score,
    fits.n_pairs,
    asset_squares.n_assets,
    fits.slope,
    fits.sxx,
    fits.syy,
    asset_squares.asset_squares,
    row_squares.row_squares
from date_scores
inner join fits
    on
        date_scores.study = fits.study
        and date_scores.signal = fits.signal
        and date_scores.horizon = fits.horizon
inner join asset_squares
    on
        date_scores.study = asset_squares.study
        and date_scores.signal = asset_squares.signal
        and date_scores.horizon = asset_squares.horizon
inner join row_squares
    on
        date_scores.study = row_squares.study
        and date_scores.signal = row_squares.signal
        and date_scores.horizon = row_squares.horizon
{%- endmacro -%}

{#-
  A sum of products of deviations from the means of all pairs, made of that from the means of a cluster: exact where the
  means are large beside the deviations.

  own: column of date_moments with the sum from its own means.
  left, right: signal or return.
-#}
{%- macro signal_moment_about(own, left, right) -%}
  {%- set gap = '(date_moments.mean_{0} - means.mean_{0})' -%}
  {%- set product = whence.safe_multiply(gap.format(left), gap.format(right)) -%}
  {{ return('coalesce(date_moments.' ~ own ~ ', 0) + ' ~ whence.safe_multiply('date_moments.n', product)) }}
{%- endmacro -%}

{#-
  The score of the pooled slope summed over clusters.

  moments: CTE with the moments of clusters about their own means.
  cluster: its column.
  Reads the CTE fits. Columns: study, signal, horizon, the cluster, score.
-#}
{%- macro signal_cluster_scores(moments, cluster) -%}
{%- set gap = '(moments.mean_{0} - fits.mean_{0})' -%}
{%- set shift = whence.safe_multiply('moments.n', gap.format('signal')) -%}
{%- set sxy = 'coalesce(moments.sxy, 0) + ' ~ whence.safe_multiply(shift, gap.format('return')) -%}
{%- set sxx = '(coalesce(moments.sxx, 0) + ' ~ whence.safe_multiply(shift, gap.format('signal')) ~ ')' -%}
select
        moments.study,
        moments.signal,
        moments.horizon,
        moments.{{ cluster }},
        {{ sxy }} - {{ whence.safe_multiply('fits.slope', sxx) }} as score
    from {{ moments }} as moments
    inner join fits
        on
            moments.study = fits.study
            and moments.signal = fits.signal
            and moments.horizon = fits.horizon
{%- endmacro -%}
