-- What is in the columns of each relation, and what can they serve as?
with relation_columns as (

    select * from {{ ref('metric_columns') }}

),

final as (

    select
        relation,
        column_name,
        role,
        n_distinct,
        null_share,
        top_values,
        data_type,
        n_rows,
        blank_share,
        numeric_share,
        date_share,
        is_suggested,
        position
    from relation_columns

)

select * from final
order by
    {{ whence.text_order('relation') }},
    position
