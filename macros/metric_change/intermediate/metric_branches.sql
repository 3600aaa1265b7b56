{#-
  The tree of a drill-down: from the total, each node is split by the dimension whose segments explain most of its
  change, and the largest of them are split again. Whether a node is more than noise is tested afterwards and prunes
  the tree; it does not change what a node is split by.

  A segment's part of a change is its own change for a sum or count, and its rate and mix effect within the node for an
  average or ratio (see metric_changes); parts add to the change of the node. What equal growth would give it is the
  node's change times its share of the baseline's amount. A dimension explains the sum of squares of the differences.

  All analyses grow together, level by level, so that the query does not get longer with their number.

  leaves: relation or CTE with the columns of metric_branch_leaves.
  analyses: list of resolved analyses.
  n_dimensions: how many dimension columns the table has.
  Columns: those of metric_branch_columns, see there. One row per analysis, metric and path, for metrics with errors.
-#}
{%- macro metric_branches(leaves, analyses, n_dimensions) -%}
{%- set depths = [0] -%}
{%- for resolved in analyses -%}
  {%- do depths.append([resolved.drilldown.max_depth, resolved.dimensions | length] | min) -%}
{%- endfor -%}
{%- set levels = depths | max -%}
{%- set n = n_dimensions -%}
with {{ whence.metric_branch_settings(analyses) }},

side_by_side as {{ whence.materialized() }}(

    select
        analysis,
        analysis_group,
        metric,
        kind,
        {%- for i in range(1, n + 1) %}
        dimension_{{ i }},
        {%- endfor %}
        {%- for side in ['baseline', 'current'] %}
        {{ side }}_records,
        sum({{ side }}_records) over (partition by analysis, metric) as total_{{ side }}_records,
        {% if side == 'baseline' -%}
        case
            when kind = 'additive' then {{ whence.safe_multiply('baseline_amount', 'baseline_scale') }}
            else baseline_amount
        end as baseline_amount,
        {%- else -%}
        current_amount,
        {%- endif %}
        {{ side }}_size,
        {%- endfor %}
        '(total)' as path
    from {{ leaves }}

),

members_0 as {{ whence.materialized() }}(

    select
        *,
        {{ whence.metric_difference('current_amount', 'baseline_amount') }} as amount_change
    from side_by_side

),
{% for level in range(levels + 1) %}
nodes_{{ level }} as {{ whence.materialized() }}(

    select
        *,
        case
            when kind = 'additive' then amount_change
            when abs(current_rate - baseline_rate) <= 1e-12 * change_size then 0
            else current_rate - baseline_rate
        end as change
    from (
        select
            *,
            case
                when kind = 'additive' then greatest(abs(current_amount), abs(baseline_amount))
                else greatest(abs(current_rate), abs(baseline_rate))
            end as change_size
        from (
            select
                *,
                {{ whence.safe_divide('baseline_amount', 'baseline_size') }} as baseline_rate,
                {{ whence.safe_divide('current_amount', 'current_size') }} as current_rate
            from (
                select
                    analysis,
                    analysis_group,
                    metric,
                    kind,
                    path,
                    {{ whence.metric_branch_sums() }},
                    {{ whence.sum_double('abs(baseline_amount) + abs(current_amount)') }} as amount_size
                    {%- for i in range(1, n + 1) %},
                    case when min(dimension_{{ i }}) = max(dimension_{{ i }}) then min(dimension_{{ i }}) end as fixed_{{ i }}
                    {%- endfor %}
                from members_{{ level }}
                group by analysis, analysis_group, metric, kind, path
            ) as summed
        ) as rated
    ) as differenced

),

gross_{{ level }} as {{ whence.materialized() }}(

    -- by how much the leaf segments rose, and by how much they fell
    select
        analysis,
        metric,
        path,
        {{ whence.sum_double('case when part > 0 then part else 0 end') }} as gross_up,
        {{ whence.sum_double('case when part < 0 then part else 0 end') }} as gross_down
    from (
        {{ whence.metric_branch_parts('members_' ~ level, 'nodes_' ~ level) }}
    ) as leaf_parts
    group by analysis, metric, path

),

candidates_{{ level }} as {{ whence.materialized() }}(

    select
        parts.*,
        -- sizes of differences within a node, comparable between its dimensions; rounded, so that ties stay ties in
        -- whatever order the parts were summed
        round(1e11 * {{ whence.safe_divide('part - expected_part', 'part_size') }}) / 1e11 as excess,
        sum(abs(part)) over dimension_window as gross,
        count(*) over dimension_window as n_values
    from (
        {{ whence.metric_branch_parts(whence.metric_branch_segments('members_' ~ level, n), 'nodes_' ~ level) }}
    ) as parts
    window dimension_window as (partition by analysis, metric, path, dimension_no)

),

judged_{{ level }} as {{ whence.materialized() }}(

    select
        candidates.*,
        settings.max_branches,
        case
            when
                greatest(candidates.baseline_records, candidates.current_records) >= settings.min_records
                and greatest(
                    coalesce({{ whence.safe_divide('candidates.baseline_records', 'candidates.total_baseline_records') }}, 0),
                    coalesce({{ whence.safe_divide('candidates.current_records', 'candidates.total_current_records') }}, 0)
                ) >= settings.min_support
                then 1
            else 0
        end as is_supported,
        case
            when
                abs(candidates.part) >= (1 - 1e-9) * settings.min_share * (
                    case
                        when abs(candidates.change) > 1e-9 * candidates.change_size then abs(candidates.change)
                        else candidates.gross
                    end
                )
                and abs(candidates.part) > 1e-12 * candidates.part_size
                then 1
            else 0
        end as is_contributing,
        case when {{ level }} < settings.max_depth then 1 else 0 end as is_within_depth
    from candidates_{{ level }} as candidates
    inner join settings on candidates.analysis_group = settings.analysis_group

),

splits_{{ level }} as {{ whence.materialized() }}(

    select
        *,
        row_number() over (
            partition by analysis, metric, path
            order by {{ whence.round_significant('score') }} desc, dimension_no
        ) as split_rank,
        count(*) over (partition by analysis, metric, path) as n_dimensions_left
    from (
        select
            analysis,
            metric,
            path,
            dimension_no,
            max(is_within_depth) as is_within_depth,
            {{ whence.sum_double(whence.bounded('excess') ~ ' * ' ~ whence.bounded('excess')) }} as score,
            sum(is_supported) as n_supported,
            sum(is_supported * is_contributing) as n_contributing
        from judged_{{ level }}
        where n_values > 1
        group by analysis, metric, path, dimension_no
    ) as scored

),

{% if level < levels -%}
kept_{{ level }} as {{ whence.materialized() }}(

    select *
    from (
        select
            judged.*,
            row_number() over (
                partition by judged.analysis, judged.metric, judged.path
                order by {{ whence.round_significant('abs(judged.excess)') }} desc nulls last, {{ whence.text_order('judged.segment') }}
            ) as branch_rank
        from judged_{{ level }} as judged
        inner join splits_{{ level }} as splits
            on
                judged.analysis = splits.analysis
                and judged.metric = splits.metric
                and judged.path = splits.path
                and judged.dimension_no = splits.dimension_no
                and splits.split_rank = 1
        where judged.is_supported = 1 and judged.is_contributing = 1 and judged.is_within_depth = 1
    ) as ranked
    where branch_rank <= max_branches

),

named_{{ level }} as {{ whence.materialized() }}(

    select
        kept.*,
        dimension_names.dimension,
        case when kept.path = '(total)' then '' else kept.path || ' | ' end
        || {{ whence.segment_label(["dimension_names.dimension || ' = ' || kept.segment"]) }} as child_path
    from kept_{{ level }} as kept
    inner join dimension_names
        on kept.analysis_group = dimension_names.analysis_group and kept.dimension_no = dimension_names.dimension_no

),

members_{{ level + 1 }} as {{ whence.materialized() }}(

    select
        members.analysis,
        members.analysis_group,
        members.metric,
        members.kind,
        {%- for i in range(1, n + 1) %}
        members.dimension_{{ i }},
        {%- endfor %}
        {%- for side in ['baseline', 'current'] %}
        {%- for column in ['records', 'amount', 'size'] %}
        members.{{ side }}_{{ column }},
        {%- endfor %}
        members.total_{{ side }}_records,
        {%- endfor %}
        members.amount_change,
        named.child_path as path
    from members_{{ level }} as members
    inner join named_{{ level }} as named
        on
            members.analysis = named.analysis
            and members.metric = named.metric
            and members.path = named.path
            and {{ whence.metric_branch_choice('named.dimension_no', 'members', n) }} = named.segment

),
{% endif %}
{%- endfor %}
{% for level in range(1, levels + 1) %}
aliases_{{ level }} as {{ whence.materialized() }}(

    -- values of other dimensions that select the same rows
    select
        inner_values.analysis,
        inner_values.metric,
        inner_values.path,
        {{ whence.join_texts(
            whence.segment_label(["dimension_names.dimension || ' = ' || inner_values.segment"]),
            ' | ', 'inner_values.dimension_no'
        ) }} as aliases
    from candidates_{{ level }} as inner_values
    inner join named_{{ level - 1 }} as named
        on
            inner_values.analysis = named.analysis
            and inner_values.metric = named.metric
            and inner_values.path = named.child_path
    inner join candidates_{{ level - 1 }} as outer_values
        on
            named.analysis = outer_values.analysis
            and named.metric = outer_values.metric
            and named.path = outer_values.path
            and inner_values.dimension_no = outer_values.dimension_no
            and inner_values.segment = outer_values.segment
            and inner_values.baseline_records = outer_values.baseline_records
            and inner_values.current_records = outer_values.current_records
    inner join dimension_names
        on
            inner_values.analysis_group = dimension_names.analysis_group
            and inner_values.dimension_no = dimension_names.dimension_no
    where
        inner_values.n_values = 1
        and outer_values.n_values > 1
        and inner_values.dimension_no <> named.dimension_no
    group by inner_values.analysis, inner_values.metric, inner_values.path

),
{% endfor %}
final as (
    {% for level in range(levels + 1) %}
    select
        nodes.analysis,
        nodes.analysis_group,
        nodes.metric,
        nodes.kind,
        nodes.path,
        {% if level == 0 -%}
        {{ whence.text_literal(none) }} as parent_path,
        {{ whence.text_literal(none) }} as dimension,
        {{ whence.text_literal(none) }} as segment,
        {{ whence.text_literal(none) }} as aliases,
        {%- else -%}
        named.path as parent_path,
        named.dimension,
        named.segment,
        aliases.aliases,
        {%- endif %}
        {{ level }} as depth,
        nodes.change,
        nodes.change_size,
        case when nodes.change is not null then gross.gross_up end as gross_up,
        case when nodes.change is not null then gross.gross_down end as gross_down,
        cast(case when splits.is_within_depth = 1 then splits.dimension_no end as integer) as split_no,
        case when splits.is_within_depth = 1 then split_names.dimension end as split_dimension,
        case when splits.is_within_depth = 1 then next_names.dimension end as next_dimension,
        cast(coalesce(splits.n_dimensions_left, 0) as integer) as n_dimensions_left,
        cast(coalesce(splits.n_supported, 0) as bigint) as n_supported,
        cast(coalesce(splits.n_contributing, 0) as bigint) as n_contributing,
        settings.max_q
        {%- for i in range(1, n + 1) %},
        nodes.fixed_{{ i }}
        {%- endfor %}
    from nodes_{{ level }} as nodes
    inner join settings on nodes.analysis_group = settings.analysis_group
    inner join gross_{{ level }} as gross
        on nodes.analysis = gross.analysis and nodes.metric = gross.metric and nodes.path = gross.path
    {%- for name, rank in [('splits', 1), ('next_splits', 2)] %}
    left join splits_{{ level }} as {{ name }}
        on
            nodes.analysis = {{ name }}.analysis
            and nodes.metric = {{ name }}.metric
            and nodes.path = {{ name }}.path
            and {{ name }}.split_rank = {{ rank }}
    {%- endfor %}
    left join dimension_names as split_names
        on nodes.analysis_group = split_names.analysis_group and splits.dimension_no = split_names.dimension_no
    left join dimension_names as next_names
        on nodes.analysis_group = next_names.analysis_group and next_splits.dimension_no = next_names.dimension_no
    {%- if level > 0 %}
    inner join named_{{ level - 1 }} as named
        on nodes.analysis = named.analysis and nodes.metric = named.metric and nodes.path = named.child_path
    left join aliases_{{ level }} as aliases
        on nodes.analysis = aliases.analysis and nodes.metric = aliases.metric and nodes.path = aliases.path
    {%- endif %}
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}

)

select
    {%- for column in whence.metric_branch_columns(n_dimensions) %}
    {{ column }}{% if not loop.last %},{% endif %}
    {%- endfor %}
from final
{%- endmacro -%}
